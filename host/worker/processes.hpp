#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// The living and dead children of the calling process, from /proc.
std::vector<pid_t> children_of_self();

/// A process as a person would name it: "sleep 60 (pid 123)". Bounded, printable.
std::string describe_process(pid_t pid);

/// Kills and reaps every child of the calling process that `is_spared` does not hold back, and what those
/// leave to it as their subreaper, until there is none. Returns describe_process() of the ones that were
/// alive.
std::vector<std::string> kill_children(const std::function<bool(pid_t)>& is_spared);

/// Kills every process that belongs to the run by its E2E_RUN_ID or by mapping the run's slot memory, but for
/// the calling one; looks again until there is none. For when those who would have known their pids are dead.
void kill_processes_of_run(std::string_view run_id);

}  // namespace e2e::host
