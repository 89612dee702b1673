#include "launcher/launcher_main.hpp"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <map>

#include "base/frame.hpp"
#include "base/pids_cgroup.hpp"
#include "launcher/keeper_main.hpp"
#include "page/curl_library.hpp"
#include "page/system_certificates.hpp"
#include "stacks/symboliser_main.hpp"
#include "worker/processes.hpp"
#include "worker/wire.hpp"
#include "worker/worker_main.hpp"

namespace e2e::host {
namespace {

/// Once here, so that no worker pays for it.
void load_http() noexcept {
  try {
    curl();
  } catch (...) {
    // Plugins may not need it: the first request says what is missing.
  }
}

/// What an error of fork() means, and what raises the limit.
std::string why_no_process(int error) {
  const char* hint = "";
  if (error == EAGAIN) hint = " (this user or control group may have no more processes: ulimit -u, pids.max)";
  if (error == ENOMEM) hint = " (memory has run out)";
  if (error == EMFILE) hint = " (the launcher may open no more files: ulimit -n)";
  return std::strerror(error) + std::string(hint);
}

class LauncherProcess {
 public:
  LauncherProcess(const RunIdentity& run, SlotMemory& slots, UniqueFd host, UniqueFd host_life,
                  UniqueFd keeper_host)
      : run_(run),
        slots_(slots),
        host_(std::move(host)),
        host_life_(std::move(host_life)),
        keeper_host_(std::move(keeper_host)) {}

  [[noreturn]] void run();

 private:
  enum class Next { go_on, shut_down, host_is_gone };

  Next read_requests();
  Next obey(const Frame& frame);
  void spawn(ByteReader& in);
  void signal_worker(ByteReader& in);
  void start_symboliser();
  void reap();
  [[nodiscard]] bool may_have_orphans() const;
  void kill_orphans();
  [[nodiscard]] std::string cgroup_of(uint32_t worker) const {
    return fmt::format("{}/w{}", cgroup_, worker);
  }
  void report_exit(uint32_t worker, int wait_status, const rusage& use);
  void start_keeper();
  [[noreturn]] void leave(bool host_lives);
  void send(LauncherReport type, const ByteWriter& payload);
  void send_spawn_failed(uint32_t worker, int error);

  const RunIdentity& run_;
  SlotMemory& slots_;
  UniqueFd host_, host_life_, signals_;
  UniqueFd keeper_host_;  ///< for the first keeper; whoever replaces that has no services
  UniqueFd keeper_life_;  ///< the keeper reads EOF here when this process dies, a byte when it says farewell
  UniqueFd children_;     ///< /proc's list of this process's children, each followed by a space
  pid_t keeper_ = -1;
  pid_t symboliser_ = -1;
  FrameBuffer requests_;
  std::deque<UniqueFd> passed_;        ///< descriptors that came with spawn requests, in order
  std::string cgroup_;                 ///< the run's; empty: processes are not limited
  int64_t max_processes_ = 0;          ///< of a worker
  std::map<pid_t, uint32_t> workers_;  ///< alive or not yet reaped
};

void LauncherProcess::run() {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::prctl(PR_SET_NAME, "e2e-launcher");
  ::setpgid(0, 0);
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  for (const int number : signals_ignored_by_launcher) ::signal(number, SIG_IGN);
  signals_.reset(::signalfd(-1, &child_ended, SFD_CLOEXEC | SFD_NONBLOCK));
  children_.reset(
      ::open(fmt::format("/proc/self/task/{}/children", ::getpid()).c_str(), O_RDONLY | O_CLOEXEC));
  start_keeper();
  // Not before the keeper is there to remove it.
  ::mkdir(run_.temporary_root.c_str(), 0700);
  load_http();

  std::array<pollfd, 2> sources{pollfd{host_.get(), POLLIN, 0}, pollfd{signals_.get(), POLLIN, 0}};
  while (true) {
    if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR) leave(false);
    if (sources[1].revents != 0) {
      signalfd_siginfo ignored;
      while (::read(signals_.get(), &ignored, sizeof ignored) > 0) {
      }
      reap();
    }
    if (sources[0].revents != 0) {
      const Next next = read_requests();
      if (next != Next::go_on) leave(next == Next::shut_down);
    }
  }
}

void LauncherProcess::start_keeper() {
  FdPair life = make_pipe();
  keeper_ = ::fork();
  if (keeper_ == 0) {
    life.second.reset();
    keeper_main(run_, std::move(host_life_), std::move(life.first), std::move(keeper_host_));
  }
  keeper_host_.reset();
  keeper_life_ = std::move(life.second);
}

LauncherProcess::Next LauncherProcess::read_requests() {
  char bytes[64 * 1024];
  alignas(cmsghdr) char control[CMSG_SPACE(3 * sizeof(int))];
  iovec piece{bytes, sizeof bytes};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t n = ::recvmsg(host_.get(), &message, MSG_CMSG_CLOEXEC);
  if (n < 0) return errno == EINTR ? Next::go_on : Next::host_is_gone;
  if (n == 0) return Next::host_is_gone;
  // Out of descriptors: without all that belong to a request none is of use.
  const bool is_cut = (message.msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      passed_.emplace_back(fd);
    }
  }
  if (is_cut) passed_.clear();
  requests_.append({bytes, static_cast<size_t>(n)});
  while (const auto frame = requests_.next()) {
    const Next next = obey(*frame);
    if (next != Next::go_on) return next;
  }
  return Next::go_on;
}

LauncherProcess::Next LauncherProcess::obey(const Frame& frame) {
  ByteReader in(frame.payload);
  switch (static_cast<LauncherRequest>(frame.type)) {
    case LauncherRequest::spawn:
      spawn(in);
      break;
    case LauncherRequest::signal:
      signal_worker(in);
      break;
    case LauncherRequest::start_symboliser:
      start_symboliser();
      break;
    case LauncherRequest::kill_symboliser:
      if (symboliser_ > 0) ::kill(symboliser_, SIGKILL);
      break;
    case LauncherRequest::load_certificates:
      load_system_certificates();
      break;
    case LauncherRequest::limit_processes:
      cgroup_ = in.get<std::string>();
      max_processes_ = in.get<int64_t>();
      break;
    case LauncherRequest::shutdown:
      return Next::shut_down;
  }
  return Next::go_on;
}

void LauncherProcess::spawn(ByteReader& in) {
  WorkerBirth birth;
  birth.worker = in.get<uint32_t>();
  birth.slot = in.get<uint32_t>();
  birth.kind = in.get<WorkerKind>();
  if (passed_.size() < 3) return send_spawn_failed(birth.worker, EMFILE);
  birth.control = std::move(passed_[0]);
  birth.out = std::move(passed_[1]);
  birth.err = std::move(passed_[2]);
  passed_.erase(passed_.begin(), passed_.begin() + 3);
  birth.launcher = ::getpid();
  if (!cgroup_.empty() && birth.kind == WorkerKind::test) {
    birth.cgroup = cgroup_of(birth.worker);
    if (const int error = make_worker_cgroup(birth.cgroup, max_processes_); error != 0)
      return send_spawn_failed(birth.worker, error);
  }
  const pid_t pid = ::fork();
  if (pid == 0) worker_main(run_, slots_, std::move(birth));
  if (pid < 0) {
    const int error = errno;
    if (!birth.cgroup.empty()) remove_worker_cgroup(birth.cgroup);
    return send_spawn_failed(birth.worker, error);
  }
  workers_.emplace(pid, birth.worker);
  send(LauncherReport::spawned, ByteWriter().put(birth.worker).put(static_cast<int64_t>(pid)));
}

void LauncherProcess::signal_worker(ByteReader& in) {
  const auto worker = in.get<uint32_t>();
  const auto signal_number = in.get<int32_t>();
  const auto whole_group = in.get<bool>();
  for (const auto& [pid, number] : workers_) {
    if (number != worker) continue;
    ::kill(pid, signal_number);
    if (whole_group) ::kill(-pid, signal_number);
  }
}

void LauncherProcess::start_symboliser() {
  if (passed_.empty()) return;
  UniqueFd host = std::move(passed_.front());
  passed_.pop_front();
  const pid_t launcher = ::getpid();
  // If it can't be had the host reads EOF, as when it dies.
  symboliser_ = ::fork();
  if (symboliser_ == 0) symboliser_main(std::move(host), launcher);
}

void LauncherProcess::reap() {
  while (true) {
    siginfo_t ended{};
    // Looked at before it is reaped: as long as its pid is taken, its group can't be somebody else's.
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) return;
    const pid_t pid = ended.si_pid;
    const auto worker = workers_.find(pid);
    if (worker != workers_.end()) ::kill(-pid, SIGKILL);
    int wait_status = 0;
    rusage use{};
    ::wait4(pid, &wait_status, 0, &use);
    if (pid == keeper_) {
      start_keeper();
      // The managed services died with it; what these had started came to us.
      if (may_have_orphans()) kill_orphans();
    } else if (pid == symboliser_) {
      symboliser_ = -1;
    } else if (worker != workers_.end()) {
      const uint32_t number = worker->second;
      workers_.erase(worker);
      if (!cgroup_.empty()) close_cgroup(cgroup_of(number));
      // Only a dead worker's descendants come to us: a living one is their subreaper itself.
      if (may_have_orphans()) kill_orphans();
      if (!cgroup_.empty()) remove_worker_cgroup(cgroup_of(number));
      report_exit(number, wait_status, use);
    }
  }
}

void LauncherProcess::kill_orphans() {
  kill_children(
      [this](pid_t child) { return child == keeper_ || child == symboliser_ || workers_.count(child) > 0; });
}

/// Whether there are more children than those known, at the price of one system call.
bool LauncherProcess::may_have_orphans() const {
  char list[16 * 1024];
  const ssize_t n = ::pread(children_.get(), list, sizeof list, 0);
  if (n < 0 || n == sizeof list) return true;
  const auto count = static_cast<size_t>(std::count(list, list + n, ' '));
  return count > workers_.size() + (keeper_ > 0 ? 1 : 0) + (symboliser_ > 0 ? 1 : 0);
}

void LauncherProcess::report_exit(uint32_t worker, int wait_status, const rusage& use) {
  const auto microseconds = [](const timeval& time) { return time.tv_sec * 1'000'000LL + time.tv_usec; };
  WorkerExit value;
  value.worker = worker;
  value.wait_status = wait_status;
  value.user_cpu_us = microseconds(use.ru_utime);
  value.system_cpu_us = microseconds(use.ru_stime);
  value.max_rss_kib = use.ru_maxrss;
  ByteWriter out;
  encode(out, value);
  send(LauncherReport::exited, out);
}

void LauncherProcess::leave(bool host_lives) {
  kill_children([this](pid_t child) { return child == keeper_; });
  std::error_code ignored;
  std::filesystem::remove_all(run_.temporary_root, ignored);
  if (!cgroup_.empty()) remove_run_cgroup(run_.run_id);
  // Who still waits for this end shall see it now.
  host_.reset();
  if (keeper_ > 0) {
    // Not before all is done, so that somebody sees to the rest should this process be killed just now. No
    // farewell where the host is gone: it may have had children of its own (isolation `none`), for the keeper
    // to find, which ends this process too.
    const char farewell = 0;
    if (host_lives) (void)!::write(keeper_life_.get(), &farewell, 1);
    keeper_life_.reset();
    int status = 0;
    ::waitpid(keeper_, &status, 0);
    if (!WIFEXITED(status)) {
      // It was killed before it was done; the services that it ran are now this process's.
      kill_children([](pid_t) { return false; });
      if (!host_lives) kill_processes_of_run(run_.run_id);
      std::filesystem::remove_all(run_.temporary_root, ignored);
    }
  }
  ::_exit(0);
}

void LauncherProcess::send(LauncherReport type, const ByteWriter& payload) {
  std::string bytes;
  append_frame(bytes, static_cast<uint16_t>(type), payload.bytes());
  if (!send_all(host_.get(), bytes.data(), bytes.size())) leave(false);
}

void LauncherProcess::send_spawn_failed(uint32_t worker, int error) {
  send(LauncherReport::spawn_failed, ByteWriter().put(worker).put(why_no_process(error)));
}

}  // namespace

void launcher_main(const RunIdentity& run, SlotMemory& slots, UniqueFd host, UniqueFd host_life,
                   UniqueFd keeper_host) {
  LauncherProcess(run, slots, std::move(host), std::move(host_life), std::move(keeper_host)).run();
}

}  // namespace e2e::host
