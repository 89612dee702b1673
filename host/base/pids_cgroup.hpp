#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

// Control groups with the kernel's pids controller, which limits how many processes and threads a group
// holds: one for a run, below that of the host, and in it one for each worker. RLIMIT_NPROC is no substitute:
// it counts all processes of the user, and root is free of it.

/// A control group that the calling process belongs to, and whether that is of the unified hierarchy (v2).
struct CgroupPlace {
  std::string folder;
  bool is_unified = false;
};

/// Those that may have the pids controller, the unified one first, from what /proc/self/cgroup and
/// /proc/self/mountinfo say.
std::vector<CgroupPlace> pids_cgroups(std::string_view memberships, std::string_view mounts);

/// A run's group; `folder` is empty where none can be had, for the reason `why_not`.
struct RunCgroup {
  std::string folder;
  std::string why_not;
};

/// Makes the run's group. In the unified hierarchy this moves the calling process and those that descend from
/// it to a group `host` in that one, if their group is not the root; it can't be had if others are in theirs.
/// Whoever made it sees to its removal, also by others should it be killed:
/// remove_run_cgroup().
RunCgroup make_run_cgroup(std::string_view run_id);

/// Kills what is left of workers in the run's group, moves the run's own processes back, and removes it. No
/// effect if there is none.
void remove_run_cgroup(std::string_view run_id);

/// Makes a worker's group, for so many processes and threads. 0, or why it can't be had: an errno.
int make_worker_cgroup(const std::string& folder, int64_t max_processes) noexcept;
/// Moves the calling process there, with all that it starts from now on. False if the kernel refuses.
bool enter_cgroup(const std::string& folder) noexcept;
/// No process starts another one there any more, so that who kills them comes to an end.
void close_cgroup(const std::string& folder) noexcept;
/// Removes an empty one.
void remove_worker_cgroup(const std::string& folder) noexcept;

/// What a user can do to have the limit enforced.
inline constexpr std::string_view pids_cgroup_way_out =
    "give the run a control group of its own, as `systemd-run --user --scope -p Delegate=yes e2e-host run` "
    "does";

}  // namespace e2e::host
