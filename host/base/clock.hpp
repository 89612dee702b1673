#pragma once

#include <time.h>

#include <cstdint>

namespace e2e::host {

/// CLOCK_MONOTONIC in nanoseconds: the same in every process of this machine, so that a worker's times and
/// the host's can be compared.
inline int64_t monotonic_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

/// Wall time since 1970 in nanoseconds, for people; never for durations.
inline int64_t unix_ns() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

}  // namespace e2e::host
