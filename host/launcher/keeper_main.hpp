#pragma once

#include <sys/types.h>

#include "base/unique_fd.hpp"
#include "launcher/launcher_main.hpp"

namespace e2e::host {

/// The keeper's life: outlives host and launcher, and cleans up where both died, so that nobody is left who
/// knows the run's processes. Never returns: exits when the launcher says farewell (a byte on
/// `launcher_life`), or after the clean-up once both pipes read EOF.
[[noreturn]] void keeper_main(const RunIdentity& run, UniqueFd host_life, UniqueFd launcher_life);

/// Whether a process is called as keepers call themselves. A test's process can be, too: good for deciding
/// whom to kill last, not whom to let live.
bool is_keeper(pid_t pid);

}  // namespace e2e::host
