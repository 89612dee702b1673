#include "api/rate_limiter.hpp"

#include <algorithm>

namespace demo {

RateLimiter::RateLimiter(RateLimit limit, Clock clock) : limit_(limit), clock_(std::move(clock)) {}

RateDecision RateLimiter::call(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = clock_();
  if (arrival_unix_ms_.size() >= forget_at_size_) forget_idle_keys(now);
  std::int64_t& stored = arrival_unix_ms_[key];
  // How far ahead of `now` the arrival time may run before a call is too early.
  const std::int64_t tolerance = (limit_.burst - 1) * limit_.refill_ms;
  std::int64_t arrival = std::max(stored, now);
  RateDecision decision;
  decision.is_allowed = arrival - now <= tolerance;
  if (decision.is_allowed) stored = arrival += limit_.refill_ms;
  const std::int64_t slack = tolerance - (arrival - now);
  decision.remaining = slack < 0 ? 0 : slack / limit_.refill_ms + 1;
  decision.retry_after_ms = std::max<std::int64_t>(0, -slack);
  return decision;
}

void RateLimiter::forget_idle_keys(std::int64_t now) {
  std::erase_if(arrival_unix_ms_, [&](const auto& entry) { return entry.second <= now; });
  forget_at_size_ = std::max<std::size_t>(1024, 2 * arrival_unix_ms_.size());
}

}  // namespace demo
