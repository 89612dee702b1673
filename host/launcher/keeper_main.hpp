#pragma once

#include <sys/types.h>

#include "base/unique_fd.hpp"
#include "launcher/launcher_main.hpp"

namespace e2e::host {

/// The keeper's life: has the run's managed services as its children (service_keeper.hpp), and outlives host
/// and launcher, to clean up where both died, so that nobody is left who knows the run's processes. Never
/// returns: exits when the launcher says farewell (a byte on `launcher_life`), or after the clean-up once
/// both pipes read EOF; with every service killed. `host` is its channel to the host; a keeper that replaces
/// another has none.
[[noreturn]] void keeper_main(const RunIdentity& run, UniqueFd host_life, UniqueFd launcher_life,
                              UniqueFd host);

/// Whether a process is called as keepers call themselves. A test's process can be, too: good for deciding
/// whom to kill last, not whom to let live.
bool is_keeper(pid_t pid);

}  // namespace e2e::host
