#pragma once

#include <signal.h>

#include <optional>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "cli/process.hpp"

namespace e2e::host {

/// What stands above runs that are processes of their own: one after the other (--repeat), or whenever
/// something changes (--watch). SIGINT, SIGTERM, SIGHUP and SIGQUIT no longer end this process while it
/// lives; a program that it runs gets them from the terminal as well, or handed on where they were meant for
/// this process alone. SIGUSR1 is handed on, too: a run shows what runs. One at a time, before this process
/// has a thread.
class Supervisor {
 public:
  /// Of `argv`: the command line of a run.
  Supervisor(int argc, char** argv);
  /// Signals do again what they did before.
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Runs this program again with the same command line and `more` options, as one run whatever it says of
  /// repeating, watching, building and debugging. Returns its exit code.
  int run_child(const std::vector<std::string>& more);
  /// Runs a program to its end. Returns as Process::wait().
  int run_program(Process& process);
  /// Waits till `fd` is readable, a signal comes or `timeout_ms` have passed (-1: for ever). True: readable.
  bool wait_readable(int fd, int timeout_ms);

  /// The first signal that came; 0: none.
  [[nodiscard]] int signal() const noexcept { return signal_; }
  /// 128 and its number, if a signal came.
  [[nodiscard]] std::optional<ExitCode> interrupted() const;

 private:
  void take_signals(const Process* process);

  std::vector<std::string> words_;  ///< behind `run`
  UniqueFd signals_;
  sigset_t before_;
  int signal_ = 0;
  bool is_run_ = false;  ///< the program at hand is a run
};

}  // namespace e2e::host
