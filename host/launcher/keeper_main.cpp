#include "launcher/keeper_main.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "worker/processes.hpp"

namespace e2e::host {
namespace {

constexpr char keeper_name[] = "e2e-keeper";

/// Waits for a byte or for the other end to die; true if a byte came.
bool wait_for_word(int fd) {
  char byte = 0;
  ssize_t n = 0;
  while ((n = ::read(fd, &byte, 1)) < 0 && errno == EINTR) {
  }
  return n == 1;
}

void close_all_but(int a, int b) {
  const int low = std::min(a, b), high = std::max(a, b);
  if (low > 0) ::close_range(0, static_cast<unsigned>(low - 1), 0);
  if (high > low + 1) ::close_range(static_cast<unsigned>(low + 1), static_cast<unsigned>(high - 1), 0);
  ::close_range(static_cast<unsigned>(high + 1), ~0u, 0);
}

}  // namespace

void keeper_main(const RunIdentity& run, UniqueFd host_life, UniqueFd launcher_life) {
  ::prctl(PR_SET_NAME, keeper_name);
  ::setpgid(0, 0);
  close_all_but(host_life.get(), launcher_life.get());
  if (wait_for_word(launcher_life.get())) ::_exit(0);
  // The launcher is gone. A living host, as the next subreaper, cleans up, this process last.
  wait_for_word(host_life.get());
  kill_processes_of_run(run.run_id);
  std::error_code ignored;
  std::filesystem::remove_all(run.temporary_root, ignored);
  ::_exit(0);
}

bool is_keeper(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/comm", pid));
  std::string name;
  return std::getline(file, name) && name == keeper_name;
}

}  // namespace e2e::host
