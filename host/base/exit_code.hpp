#pragma once

#include <signal.h>

namespace e2e::host {

/// What the program's exit status says. Documented in docs/command-line.md; never renumbered.
/// Where several hold: interrupted, then infrastructure, then failed.
enum class ExitCode : int {
  ok = 0,              ///< all passed or skipped
  failed = 1,          ///< some test failed, or the run's time was up
  usage = 2,           ///< wrong command line or configuration; nothing was started
  nothing_to_run = 3,  ///< no test was selected
  infrastructure = 4,  ///< a plugin could not be loaded, a process of the run was lost, a journal not written
  hung_up = 129,       ///< by SIGHUP: its terminal has gone
  interrupted = 130,   ///< by SIGINT
  quit = 131,          ///< by SIGQUIT
  terminated = 143,    ///< by SIGTERM
};

/// The signals that end a run in good order, besides those that its caller has it ignore.
inline constexpr int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// What a run ends with that one of these stopped: what a shell says of a program that such a signal killed.
constexpr ExitCode exit_code_of(int ending_signal) { return static_cast<ExitCode>(128 + ending_signal); }
static_assert(exit_code_of(SIGHUP) == ExitCode::hung_up && exit_code_of(SIGINT) == ExitCode::interrupted &&
              exit_code_of(SIGQUIT) == ExitCode::quit && exit_code_of(SIGTERM) == ExitCode::terminated);

/// A signal stopped the run.
constexpr bool was_interrupted(ExitCode code) { return static_cast<int>(code) > 128; }

}  // namespace e2e::host
