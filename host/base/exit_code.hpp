#pragma once

namespace e2e::host {

/// What the program's exit status says. Documented in docs/command-line.md; never renumbered.
/// Where several hold: interrupted, then infrastructure, then failed.
enum class ExitCode : int {
  ok = 0,              ///< all passed or skipped
  failed = 1,          ///< some test failed, or the run's time was up
  usage = 2,           ///< wrong command line or configuration; nothing was started
  nothing_to_run = 3,  ///< no test was selected
  infrastructure = 4,  ///< a plugin could not be loaded, a process of the run was lost, a journal not written
  interrupted = 130,   ///< by SIGINT
  terminated = 143,    ///< by SIGTERM
};

}  // namespace e2e::host
