#include "cli/supervisor.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/wait_status.hpp"

namespace e2e::host {

Supervisor::Supervisor(int argc, char** argv) : words_(argv + 2, argv + argc) {
  sigset_t watched;
  ::sigemptyset(&watched);
  for (const int number : ending_signals)
    if (!is_ignored(number)) ::sigaddset(&watched, number);
  ::sigaddset(&watched, SIGUSR1);
  ::sigprocmask(SIG_BLOCK, &watched, &before_);
  signals_.reset(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) throw std::system_error(errno, std::generic_category(), "signalfd");
}

Supervisor::~Supervisor() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

int Supervisor::run_child(const std::vector<std::string>& more) {
  std::vector<std::string> words = {own_program(), "run", "--child-run"};
  words.insert(words.end(), more.begin(), more.end());
  words.insert(words.end(), words_.begin(), words_.end());
  Process process(words, {});
  is_run_ = true;
  const int code = run_program(process);
  is_run_ = false;
  return code;
}

int Supervisor::run_program(Process& process) {
  std::array<pollfd, 2> sources{pollfd{signals_.get(), POLLIN, 0}, pollfd{process.fd(), POLLIN, 0}};
  while (sources[1].revents == 0) {
    if (::poll(sources.data(), sources.size(), -1) < 0 && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "poll");
    if (sources[0].revents != 0) take_signals(&process);
  }
  const int code = process.wait();
  // One that it died of may have come to this process, too.
  take_signals(nullptr);
  return code;
}

bool Supervisor::wait_readable(int fd, int timeout_ms) {
  std::array<pollfd, 2> sources{pollfd{signals_.get(), POLLIN, 0}, pollfd{fd, POLLIN, 0}};
  if (::poll(sources.data(), sources.size(), timeout_ms) < 0) return false;
  if (sources[0].revents != 0) take_signals(nullptr);
  return sources[1].revents != 0;
}

void Supervisor::take_signals(const Process* process) {
  signalfd_siginfo info;
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    const int number = static_cast<int>(info.ssi_signo);
    if (number == SIGUSR1) {
      if (process != nullptr && is_run_) process->signal(number);
      continue;
    }
    if (signal_ == 0) signal_ = number;
    // A terminal's Ctrl-C goes to its whole foreground group: the program has it already.
    const bool is_from_terminal = info.ssi_code == SI_KERNEL;
    if (process != nullptr && !is_from_terminal) process->signal(number);
  }
}

std::optional<ExitCode> Supervisor::interrupted() const {
  if (signal_ == 0) return std::nullopt;
  return exit_code_of(signal_);
}

}  // namespace e2e::host
