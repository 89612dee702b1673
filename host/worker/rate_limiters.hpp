#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/rate_limit.hpp"

namespace e2e::host {

/// One key's turns, for all workers of a run together: the generic cell rate algorithm (ITU-T I.371) on one
/// word of shared memory. Lock-free, so that a worker that dies at any moment blocks nobody. A plugin can
/// scribble here: whatever the words hold, nobody is told to wait longer than a limiter can mean.
///
/// Memory that is all zero is one that nobody has used yet. All functions from any thread and process.
class RateLimiter {
 public:
  /// Takes a turn, if there is one. 0: taken; else how many nanoseconds to wait before asking again, at most
  /// the longer of `limit`'s interval and `max_hold_ns`. `clock` is read after the word, and is the same for
  /// all who ask.
  [[nodiscard]] int64_t take(const RateLimit& limit, int64_t max_hold_ns,
                             int64_t (*clock)() = monotonic_ns) noexcept;

  /// Nobody has a turn for `hold_ns` from now, at most `max_hold_ns`; from then on one every interval,
  /// without a burst. What was held for longer before stays so.
  void hold(const RateLimit& limit, int64_t hold_ns, int64_t max_hold_ns,
            int64_t (*clock)() = monotonic_ns) noexcept;

  /// What page classes ask for is kept here, so that workers that never see those obey too: once more than
  /// one has asked, the strictest.
  void ask_for(const RateLimit& limit) noexcept;
  /// Nothing: nobody has asked.
  [[nodiscard]] std::optional<RateLimit> asked() const noexcept;

 private:
  std::atomic<int64_t> arrival_ns_;  ///< the theoretical arrival time of the next turn, by `clock`
  std::atomic<uint64_t> asked_;      ///< interval_ns << 16 | burst; 0: nothing
};
static_assert(std::atomic<int64_t>::is_always_lock_free && std::atomic<uint64_t>::is_always_lock_free);

/// The limiters of a run, in memory that this process shares with those that it forks from now on.
class RateLimiters {
 public:
  static constexpr uint32_t count = 1024;

  /// Throws std::system_error.
  RateLimiters();
  ~RateLimiters();
  RateLimiters(const RateLimiters&) = delete;
  RateLimiters& operator=(const RateLimiters&) = delete;

  /// Keys past `count` share with others: each limit still holds, but together with the other's turns.
  [[nodiscard]] RateLimiter& at(uint32_t key) const noexcept { return cells_[key % count].limiter; }

 private:
  /// In a cache line of its own: workers of different services don't meet.
  struct alignas(64) Cell {
    RateLimiter limiter;
  };
  Cell* cells_ = nullptr;
};

}  // namespace e2e::host
