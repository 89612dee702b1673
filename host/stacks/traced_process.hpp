#pragma once

#include <sys/types.h>

#include "stacks/snapshot.hpp"

namespace e2e::host {

/// Stops all threads of a living process for the moment that it takes to copy their registers and stacks
/// (ptrace), and lets them go on. `parent` has to be its parent, so that a number that was given to another
/// process meanwhile is not mistaken for it. Threads past Snapshot::max_threads are left out. Throws
/// std::runtime_error, which says why it can't be had.
Snapshot snapshot_of_process(pid_t pid, pid_t parent);

}  // namespace e2e::host
