#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace e2e::host {

/// What this process may use of the machine, as the kernel says it. Memory is in bytes.
struct MachineLimits {
  uint32_t cpus = 1;                              ///< by affinity
  std::optional<double> cpu_quota;                ///< in CPUs, by cgroup; nullopt: none
  std::optional<uint64_t> available_memory;       ///< MemAvailable
  std::optional<uint64_t> memory_left_in_cgroup;  ///< below the cgroup's limit, caches not counted
};

/// Reads them, from cgroup v2 and v1: https://docs.kernel.org/admin-guide/cgroup-v2.html,
/// https://docs.kernel.org/scheduler/sched-bwc.html,
/// https://docs.kernel.org/admin-guide/cgroup-v1/memory.html. What can't be read limits nothing. Every group
/// above the process's own counts. `root` stands for "/".
MachineLimits read_machine_limits(const std::filesystem::path& root = "/");

/// How many workers `auto` means, and why not one for each CPU.
struct AutoWorkers {
  uint32_t count = 1;
  std::string reason;  ///< "2 of 8 CPUs by the cgroup's quota"; empty: as many as there are CPUs
};

/// One for each CPU, but no more than quota and memory allow, at least 1 and at most max_worker_count.
AutoWorkers auto_workers(const MachineLimits& limits);

}  // namespace e2e::host
