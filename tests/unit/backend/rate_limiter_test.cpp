#include "api/rate_limiter.hpp"

#include <e2e_catch.hpp>
#include <string>

using demo::RateDecision;
using demo::RateLimiter;

TEST_CASE("BurstIsAllowedAtOnceAndThenOneAtATime") {
  std::int64_t now = 1'000'000;
  RateLimiter limiter({3, 100}, [&] { return now; });
  CHECK(limiter.call("k").remaining == 2);
  CHECK(limiter.call("k").remaining == 1);
  const RateDecision third = limiter.call("k");
  CHECK(third.is_allowed);
  CHECK(third.remaining == 0);
  CHECK(third.retry_after_ms == 100);
  CHECK_FALSE(limiter.call("k").is_allowed);
  now += 100;
  CHECK(limiter.call("k").is_allowed);
  CHECK_FALSE(limiter.call("k").is_allowed);
}

TEST_CASE("RejectedCallsCostNothing") {
  std::int64_t now = 1'000'000;
  RateLimiter limiter({1, 100}, [&] { return now; });
  REQUIRE(limiter.call("k").is_allowed);
  for (int i = 0; i < 50; ++i) CHECK(limiter.call("k").retry_after_ms == 100);
  now += 100;
  CHECK(limiter.call("k").is_allowed);
}

TEST_CASE("IdleKeyHasItsWholeBurstAgainAndNoMore") {
  std::int64_t now = 1'000'000;
  RateLimiter limiter({2, 100}, [&] { return now; });
  limiter.call("k");
  limiter.call("k");
  now += 100'000;
  CHECK(limiter.call("k").is_allowed);
  CHECK(limiter.call("k").is_allowed);
  CHECK_FALSE(limiter.call("k").is_allowed);
}

TEST_CASE("ManyOtherKeysDoNotMakeALimitedKeyForgotten") {
  std::int64_t now = 1'000'000;
  RateLimiter limiter({1, 100'000}, [&] { return now; });
  REQUIRE(limiter.call("k").is_allowed);
  for (int i = 0; i < 5000; ++i) limiter.call("other-" + std::to_string(i));
  CHECK_FALSE(limiter.call("k").is_allowed);
}
