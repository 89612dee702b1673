#pragma once

#include "config/rate_limit_settings.hpp"
#include "config/section.hpp"

namespace e2e::host {

/// Reads `rate_limit` of a service's section: a number of requests per second, or a map.
void read_rate_limit(Section& service, RateLimitSettings& settings);

}  // namespace e2e::host
