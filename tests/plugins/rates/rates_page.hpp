#pragma once

#include <cstdlib>
#include <e2e/e2e.hpp>
#include <string>

/// Asks for the limit that RATES_PER_SECOND tells; for none where that is not set.
class RatesPage : public e2e::Page {
 public:
  explicit RatesPage(const e2e::detail::PageBinding& binding) : e2e::Page(binding) {
    if (const char* rate = std::getenv("RATES_PER_SECOND"))
      set_rate_limit(e2e::RateLimitConfig{/*enabled=*/true, /*requests_per_second=*/std::atof(rate)});
  }
};

/// Sends as many requests as RATES_REQUESTS tells; 5 where that is not set.
inline void send_some(e2e::Page& page) {
  const char* count = std::getenv("RATES_REQUESTS");
  for (int i = count != nullptr ? std::atoi(count) : 5; i > 0; --i)
    page.assert_ok(page.get("/" + page.test_id()));
}
