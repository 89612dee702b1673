#pragma once

#include <cstdint>
#include <optional>

#include "base/rate_limit.hpp"

namespace e2e::host {

/// `services.<name>.rate_limit`: how often the workers of a run, together, may send the service requests.
struct RateLimitSettings {
  /// false: as often as they like, whatever page classes ask for. nullopt: as page classes ask.
  std::optional<bool> is_enabled;
  RateLimit limit;  ///< if enabled
  /// The longest that an answer's Retry-After holds everyone back.
  int64_t max_retry_after_ms = 60'000;
  /// So much waiting does not count against the time of a test's phase; what is over does.
  int64_t max_wait_ms = 600'000;
};

}  // namespace e2e::host
