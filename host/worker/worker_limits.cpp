#include "worker/worker_limits.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace e2e::host {
namespace {

/// Never above what the process was given.
void lower(__rlimit_resource resource, rlim_t value) noexcept {
  rlimit limit{};
  if (::getrlimit(resource, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max = std::min(limit.rlim_max, value);
  ::setrlimit(resource, &limit);
}

}  // namespace

void limit_process(const ResourceLimits& limits) noexcept {
  if (limits.memory_mib > 0) lower(RLIMIT_DATA, static_cast<rlim_t>(limits.memory_mib) << 20);
  if (limits.open_files > 0) lower(RLIMIT_NOFILE, static_cast<rlim_t>(limits.open_files));
}

void limit_cpu_time(const ResourceLimits& limits) noexcept {
  if (limits.cpu_seconds <= 0) return;
  rusage use{};
  rlimit limit{};
  if (::getrusage(RUSAGE_SELF, &use) != 0 || ::getrlimit(RLIMIT_CPU, &limit) != 0) return;
  const rlim_t used = static_cast<rlim_t>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + 1;
  // The hard limit, which would kill without a word, stays.
  limit.rlim_cur = std::min(limit.rlim_max, used + static_cast<rlim_t>(limits.cpu_seconds));
  ::setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace e2e::host
