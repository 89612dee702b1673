#include "launcher/keeper_main.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "base/pids_cgroup.hpp"
#include "launcher/service_keeper.hpp"
#include "worker/processes.hpp"

namespace e2e::host {
namespace {

constexpr char keeper_name[] = "e2e-keeper";

void close_all_but(std::array<int, 3> kept) {
  std::sort(kept.begin(), kept.end());
  int next = 0;
  for (const int fd : kept) {
    if (fd > next) ::close_range(static_cast<unsigned>(next), static_cast<unsigned>(fd - 1), 0);
    next = std::max(next, fd + 1);
  }
  ::close_range(static_cast<unsigned>(next), ~0u, 0);
}

/// Descriptors 0 to 2 are taken, so that no pipe to a service comes to lie there.
void use_null_as_stdio() {
  while (true) {
    const int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0) return;
    if (fd <= STDERR_FILENO) continue;
    ::close(fd);
    return;
  }
}

class Keeper {
 public:
  Keeper(const RunIdentity& run, UniqueFd host_life, UniqueFd launcher_life, UniqueFd host)
      : run_(run),
        host_life_(loop_, host_life.release()),
        launcher_life_(loop_, launcher_life.release()),
        services_(loop_, run, std::move(host)) {}

  [[noreturn]] void run() {
    wait_for_end(launcher_life_, is_launcher_gone_);
    wait_for_end(host_life_, is_host_gone_);
    try {
      // A living host, as the next subreaper, cleans up after the launcher, this process last.
      while (!has_farewell_ && !(is_launcher_gone_ && is_host_gone_)) loop_.run_one();
    } catch (const std::exception&) {
      // What the host said makes no sense: it hears of the services' end by this process'.
      ServiceKeeper::kill_all();
      ::_exit(1);
    }
    ServiceKeeper::kill_all();
    if (!has_farewell_) {
      kill_processes_of_run(run_.run_id);
      remove_run_cgroup(run_.run_id);
    }
    std::error_code ignored;
    std::filesystem::remove_all(run_.temporary_root, ignored);
    ::_exit(0);
  }

 private:
  /// A byte is the launcher's farewell.
  void wait_for_end(boost::asio::posix::stream_descriptor& life, bool& is_gone) {
    life.async_read_some(boost::asio::buffer(&byte_, 1),
                         [this, &is_gone](const boost::system::error_code& error, size_t) {
                           (error ? is_gone : has_farewell_) = true;
                         });
  }

  const RunIdentity& run_;
  boost::asio::io_context loop_;
  boost::asio::posix::stream_descriptor host_life_, launcher_life_;
  ServiceKeeper services_;
  char byte_ = 0;
  bool is_launcher_gone_ = false, is_host_gone_ = false, has_farewell_ = false;
};

}  // namespace

void keeper_main(const RunIdentity& run, UniqueFd host_life, UniqueFd launcher_life, UniqueFd host) {
  ::prctl(PR_SET_NAME, keeper_name);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::setpgid(0, 0);
  close_all_but({host_life.get(), launcher_life.get(), host.get()});
  use_null_as_stdio();
  auto* keeper = new Keeper(run, std::move(host_life), std::move(launcher_life), std::move(host));
  // The launcher had it blocked.
  sigset_t child_ended;
  ::sigemptyset(&child_ended);
  ::sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_UNBLOCK, &child_ended, nullptr);
  keeper->run();
}

bool is_keeper(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  return std::getline(file, name) && name == keeper_name;
}

}  // namespace e2e::host
