#pragma once

#include <cstdint>

namespace e2e {

/// How often requests may be sent to a service, for Page::set_rate_limit().
struct RateLimitConfig {
  bool enabled = true;             ///< false: asks for nothing.
  double requests_per_second = 0;  ///< 0.001 to 1000000.
  std::uint32_t burst = 1;         ///< So many at once; 1 to 10000.
};

}  // namespace e2e
