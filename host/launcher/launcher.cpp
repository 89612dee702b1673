#include "launcher/launcher.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/pids_cgroup.hpp"
#include "launcher/keeper_main.hpp"
#include "worker/processes.hpp"

namespace e2e::host {
namespace {

/// Ten characters, different in each run on this machine: part of every test's identity, so kept short.
std::string make_run_id() {
  constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  unsigned char random[10];
  if (::getrandom(random, sizeof random, 0) != sizeof random)
    throw std::system_error(errno, std::generic_category(), "getrandom");
  std::string id;
  for (const unsigned char byte : random) id += digits[byte % 36];
  return id;
}

void wait_for(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// A worker costs the host three descriptors; the usual soft limit is made for select(2).
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string temporary_root(const std::string& run_id) {
  const char* folder = std::getenv("TMPDIR");
  return fmt::format("{}/e2e-{}", folder != nullptr && *folder != '\0' ? folder : "/tmp", run_id);
}

/// The ends whose closing tells launcher and keeper of this process' death.
std::array<int, 2> ends_of_host = {-1, -1};

/// Tests under isolation `none` fork this very process: their copies must not hold these ends open.
void keep_from_copies(int channel, int host_life) {
  ends_of_host = {channel, host_life};
  [[maybe_unused]] static const int registered = ::pthread_atfork(nullptr, nullptr, [] {
    for (const int end : ends_of_host) ::close(end);
  });
}

}  // namespace

LauncherBirth LauncherBirth::fork() {
  LauncherBirth birth;
  birth.run.run_id = make_run_id();
  birth.run.temporary_root = temporary_root(birth.run.run_id);
  birth.slots = std::make_unique<SlotMemory>(birth.run.run_id);
  FdPair channel = make_socket_pair();
  FdPair life = make_pipe();
  FdPair keeper = make_socket_pair();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // In the environment of whatever any process of the run starts: how the keeper tells these.
  ::setenv("E2E_RUN_ID", birth.run.run_id.c_str(), 1);
  birth.pid = ::fork();
  if (birth.pid < 0) throw std::system_error(errno, std::generic_category(), "fork of the launcher");
  if (birth.pid == 0) {
    channel.first.reset();
    life.second.reset();
    keeper.first.reset();
    launcher_main(birth.run, *birth.slots, std::move(channel.second), std::move(life.first),
                  std::move(keeper.second));
  }
  birth.channel = std::move(channel.first);
  birth.host_life = std::move(life.second);
  birth.keeper = std::move(keeper.first);
  // After the fork: the launcher's workers keep the limit that the user gave.
  allow_many_descriptors();
  return birth;
}

LauncherBirth::LauncherBirth(LauncherBirth&& other) noexcept
    : run(std::move(other.run)),
      slots(std::move(other.slots)),
      channel(std::move(other.channel)),
      host_life(std::move(other.host_life)),
      keeper(std::move(other.keeper)),
      pid(std::exchange(other.pid, -1)) {}

LauncherBirth::~LauncherBirth() {
  if (pid <= 0) return;
  std::string bytes;
  append_frame(bytes, static_cast<uint16_t>(LauncherRequest::shutdown), {});
  send_all(channel.get(), bytes.data(), bytes.size());
  wait_for(pid);
}

Launcher::Launcher(boost::asio::io_context& loop, LauncherBirth birth)
    : birth_(std::move(birth)), channel_(loop, birth_.channel.release()) {
  channel_.non_blocking(true);
  keep_from_copies(channel_.native_handle(), birth_.host_life.get());
  read();
}

Launcher::~Launcher() { shut_down(); }

void Launcher::shut_down() {
  const pid_t pid = std::exchange(birth_.pid, -1);
  if (pid > 0 && !is_lost_) {
    send(LauncherRequest::shutdown, ByteWriter());
    wait_for(pid);
  }
  // What is left to this process: of a launcher that was killed, or of tests under isolation `none`. The
  // keeper comes last, so that somebody sees to the rest should this process be killed just now.
  kill_children(is_keeper);
  std::error_code ignored;
  std::filesystem::remove_all(birth_.run.temporary_root, ignored);
  if (std::exchange(has_cgroup_, false)) remove_run_cgroup(birth_.run.run_id);
  kill_children([](pid_t) { return false; });
}

void Launcher::read() {
  channel_.async_read_some(boost::asio::buffer(bytes_),
                           [this](const boost::system::error_code& error, size_t n) {
                             if (error == boost::asio::error::operation_aborted) return;
                             if (error) return lose();
                             reports_.append({bytes_.data(), n});
                             while (const auto frame = reports_.next()) hear(*frame);
                             read();
                           });
}

void Launcher::hear(const Frame& frame) {
  ByteReader in(frame.payload);
  switch (static_cast<LauncherReport>(frame.type)) {
    case LauncherReport::spawned: {
      const auto worker = in.get<uint32_t>();
      const auto pid = in.get<int64_t>();
      if (listener_ != nullptr) listener_->on_spawned(worker, pid);
      break;
    }
    case LauncherReport::spawn_failed: {
      const auto worker = in.get<uint32_t>();
      const auto why = in.get<std::string>();
      if (listener_ != nullptr) listener_->on_spawn_failed(worker, why);
      break;
    }
    case LauncherReport::exited: {
      const WorkerExit exit = decode_worker_exit(in);
      if (listener_ != nullptr) listener_->on_worker_exit(exit);
      break;
    }
  }
}

void Launcher::lose() {
  if (is_lost_) return;
  is_lost_ = true;
  // Its workers die with it and what they leave comes to this process, the next subreaper. The keeper is
  // spared: as long as any of that lives, it is there for the case that this process is killed, too.
  kill_children(is_keeper);
  if (listener_ != nullptr) listener_->on_launcher_lost();
}

void Launcher::spawn(uint32_t worker, uint32_t slot, WorkerKind kind, UniqueFd control, UniqueFd out,
                     UniqueFd err) {
  const std::array<int, 3> descriptors = {control.get(), out.get(), err.get()};
  send(LauncherRequest::spawn, ByteWriter().put(worker).put(slot).put(kind), descriptors);
}

void Launcher::load_certificates() { send(LauncherRequest::load_certificates, ByteWriter(), {}); }

std::string Launcher::limit_processes(int64_t max_processes) {
  RunCgroup cgroup = make_run_cgroup(birth_.run.run_id);
  if (cgroup.folder.empty()) return std::move(cgroup.why_not);
  has_cgroup_ = true;
  send(LauncherRequest::limit_processes, ByteWriter().put(cgroup.folder).put(max_processes));
  return {};
}

void Launcher::start_symboliser(UniqueFd channel) {
  const std::array<int, 1> descriptors = {channel.get()};
  send(LauncherRequest::start_symboliser, ByteWriter(), descriptors);
}

void Launcher::kill_symboliser() { send(LauncherRequest::kill_symboliser, ByteWriter()); }

void Launcher::signal(uint32_t worker, int signal_number, bool whole_group) {
  send(LauncherRequest::signal,
       ByteWriter().put(worker).put(static_cast<int32_t>(signal_number)).put(whole_group));
}

void Launcher::send(LauncherRequest type, const ByteWriter& payload, std::span<const int> descriptors) {
  if (is_lost_) return;
  std::string bytes;
  append_frame(bytes, static_cast<uint16_t>(type), payload.bytes());
  iovec piece{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  constexpr size_t max_descriptors = 3;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_descriptors)] = {};
  if (!descriptors.empty()) {
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(part), descriptors.data(), descriptors.size_bytes());
  }
  while (piece.iov_len > 0) {
    const ssize_t n = ::sendmsg(channel_.native_handle(), &message, MSG_NOSIGNAL);
    if (n >= 0) {
      piece.iov_base = static_cast<char*>(piece.iov_base) + n;
      piece.iov_len -= static_cast<size_t>(n);
      message.msg_control = nullptr;
      message.msg_controllen = 0;
    } else if (errno == EAGAIN) {
      pollfd writable{channel_.native_handle(), POLLOUT, 0};
      ::poll(&writable, 1, 1000);
    } else if (errno != EINTR) {
      return;  // it is dead; read() hears of that
    }
  }
}

}  // namespace e2e::host
