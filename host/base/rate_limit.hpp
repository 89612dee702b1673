#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace e2e::host {

/// How often something may happen: `burst` times at once, and one more every `interval_ns`. So in any time T
/// at most burst + T / interval_ns times.
struct RateLimit {
  static constexpr int64_t min_interval_ns = 1'000;  ///< a million a second
  static constexpr int64_t max_interval_ns = 1'000'000'000'000;
  static constexpr double min_per_second = 0.001;
  static constexpr double max_per_second = 1e6;
  static constexpr uint32_t max_burst = 10'000;

  int64_t interval_ns = max_interval_ns;
  uint32_t burst = 1;

  /// `requests` is from min_per_second to max_per_second. Rounds so that it is never more often.
  [[nodiscard]] static RateLimit per_second(double requests, uint32_t burst) {
    return RateLimit{static_cast<int64_t>(std::ceil(1e9 / requests)), burst}.within_bounds();
  }
  [[nodiscard]] bool is_within_bounds() const noexcept { return *this == within_bounds(); }
  [[nodiscard]] RateLimit within_bounds() const noexcept {
    return {std::clamp(interval_ns, min_interval_ns, max_interval_ns),
            std::clamp<uint32_t>(burst, 1, max_burst)};
  }
  /// The one that keeps to both.
  [[nodiscard]] RateLimit and_also(const RateLimit& other) const noexcept {
    return {std::max(interval_ns, other.interval_ns), std::min(burst, other.burst)};
  }
  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

}  // namespace e2e::host
