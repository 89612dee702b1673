#include "cli/machine_limits.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <vector>

#include "base/worker_memory.hpp"
#include "config/config.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::optional<int64_t> parse_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) return std::nullopt;
  return number;
}

std::optional<int64_t> read_number(const fs::path& file) { return parse_number(first_line(file)); }

/// The number behind `key` and blanks, in a file of such lines.
std::optional<int64_t> read_keyed(const fs::path& file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::string_view text = line;
    if (!text.starts_with(key)) continue;
    text.remove_prefix(key.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return parse_number(text);
  }
  return std::nullopt;
}

/// A group and all above it, the mount's root included. What a container sees as its group may be a path
/// outside of what it has mounted: then only the root is there.
std::vector<fs::path> with_parents(const fs::path& mount, const fs::path& group) {
  std::vector<fs::path> folders;
  for (fs::path at = group.relative_path(); !at.empty(); at = at.parent_path()) folders.push_back(mount / at);
  folders.push_back(mount);
  return folders;
}

void lower(std::optional<double>& limit, double value) { limit = limit ? std::min(*limit, value) : value; }
void lower(std::optional<uint64_t>& limit, uint64_t value) {
  limit = limit ? std::min(*limit, value) : value;
}

void take_quota(MachineLimits& limits, std::optional<int64_t> quota, std::optional<int64_t> period) {
  if (quota && period && *quota > 0 && *period > 0)
    lower(limits.cpu_quota, static_cast<double>(*quota) / static_cast<double>(*period));
}

void take_memory(MachineLimits& limits, std::optional<int64_t> limit, std::optional<int64_t> used,
                 std::optional<int64_t> caches) {
  // Version 1 says "no limit" by a number that no machine has.
  constexpr int64_t beyond_all = int64_t{1} << 60;
  if (!limit || !used || *limit < 0 || *limit >= beyond_all) return;
  const int64_t left = *limit - *used + caches.value_or(0);
  lower(limits.memory_left_in_cgroup, static_cast<uint64_t>(std::clamp<int64_t>(left, 0, *limit)));
}

void read_version_2(MachineLimits& limits, const fs::path& mount, const fs::path& group) {
  for (const fs::path& folder : with_parents(mount, group)) {
    const std::string cpu = first_line(folder / "cpu.max");
    if (const size_t blank = cpu.find(' '); blank != cpu.npos)
      take_quota(limits, parse_number(cpu), parse_number(std::string_view(cpu).substr(blank + 1)));
    take_memory(limits, read_number(folder / "memory.max"), read_number(folder / "memory.current"),
                read_keyed(folder / "memory.stat", "inactive_file"));
  }
}

void read_version_1_cpu(MachineLimits& limits, const fs::path& mount, const fs::path& group) {
  for (const fs::path& folder : with_parents(mount, group))
    take_quota(limits, read_number(folder / "cpu.cfs_quota_us"), read_number(folder / "cpu.cfs_period_us"));
}

void read_version_1_memory(MachineLimits& limits, const fs::path& mount, const fs::path& group) {
  for (const fs::path& folder : with_parents(mount, group))
    take_memory(limits, read_number(folder / "memory.limit_in_bytes"),
                read_number(folder / "memory.usage_in_bytes"),
                read_keyed(folder / "memory.stat", "total_inactive_file"));
}

/// /proc/self/cgroup has lines "HIERARCHY:CONTROLLERS:PATH"; version 2 has no controllers.
void read_cgroups(MachineLimits& limits, const fs::path& root) {
  const fs::path mount = root / "sys/fs/cgroup";
  std::ifstream membership(root / "proc/self/cgroup");
  for (std::string line; std::getline(membership, line);) {
    const size_t first = line.find(':');
    const size_t second = first == line.npos ? line.npos : line.find(':', first + 1);
    if (second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const std::string path = line.substr(second + 1);
    const std::string listed = "," + controllers + ",";
    if (controllers.empty()) read_version_2(limits, mount, path);
    if (listed.find(",cpu,") != listed.npos) read_version_1_cpu(limits, mount / controllers, path);
    if (listed.find(",memory,") != listed.npos) read_version_1_memory(limits, mount / controllers, path);
  }
}

std::string mebibytes(uint64_t bytes) { return fmt::format("{} MiB", bytes >> 20); }

}  // namespace

MachineLimits read_machine_limits(const fs::path& root) {
  MachineLimits limits;
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0)
    limits.cpus = std::max<uint32_t>(1, static_cast<uint32_t>(CPU_COUNT(&set)));
  if (const auto kib = read_keyed(root / "proc/meminfo", "MemAvailable:"); kib && *kib >= 0)
    limits.available_memory = static_cast<uint64_t>(*kib) * 1024;
  read_cgroups(limits, root);
  return limits;
}

AutoWorkers auto_workers(const MachineLimits& limits) {
  AutoWorkers workers{std::clamp<uint32_t>(limits.cpus, 1, max_worker_count), {}};
  const auto at_most = [&](double count, const std::string& why) {
    if (count >= workers.count) return;
    workers.count = std::max<uint32_t>(1, static_cast<uint32_t>(count));
    workers.reason =
        fmt::format("{} for {} CPU{}: {}", workers.count, limits.cpus, limits.cpus == 1 ? "" : "s", why);
  };
  if (limits.cpu_quota)
    at_most(std::ceil(*limits.cpu_quota), fmt::format("the cgroup's quota is {:.4g} CPU{}", *limits.cpu_quota,
                                                      *limits.cpu_quota == 1 ? "" : "s"));
  const auto by_memory = [&](const std::optional<uint64_t>& bytes, std::string_view what) {
    if (bytes)
      at_most(static_cast<double>(*bytes / worker_memory_bytes),
              fmt::format("{} {}, and a worker is taken to need {}", mebibytes(*bytes), what,
                          mebibytes(worker_memory_bytes)));
  };
  by_memory(limits.available_memory, "of memory are free");
  by_memory(limits.memory_left_in_cgroup, "are left below the cgroup's memory limit");
  return workers;
}

}  // namespace e2e::host
