// How often each client may call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "api/clock.hpp"

namespace demo {

/// A limit: `burst` calls at once, and one more every `refill_ms`.
struct RateLimit {
  std::int64_t burst = 5;
  std::int64_t refill_ms = 1000;
};

/// What became of one call.
struct RateDecision {
  bool is_allowed = false;
  std::int64_t remaining = 0;       ///< Calls that would be allowed now.
  std::int64_t retry_after_ms = 0;  ///< Until the next call is allowed; 0 while some remain.
};

/// The generic cell rate algorithm (ITU-T I.371), one cell for each key. All functions from any thread.
class RateLimiter {
 public:
  RateLimiter(RateLimit limit, Clock clock);

  /// Counts a call of `key`, if it is allowed. A call that is not allowed costs nothing.
  RateDecision call(const std::string& key);

 private:
  void forget_idle_keys(std::int64_t now);

  RateLimit limit_;
  Clock clock_;
  std::mutex mutex_;
  // The theoretical arrival time of each key's next call; one in the past is as good as none.
  std::map<std::string, std::int64_t> arrival_unix_ms_;
  std::size_t forget_at_size_ = 1024;
};

}  // namespace demo
