#include "worker/rate_limiters.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace e2e::host {
namespace {

/// The word changes under everyone's hands only where somebody else takes a turn. Somebody who scribbles must
/// not keep us in a loop all the same.
constexpr int max_tries = 1000;
constexpr int64_t retry_ns = 50'000;

/// So much may clocks of two processors differ, and more.
constexpr int64_t clock_slack_ns = 1'000'000;

constexpr unsigned burst_bits = 16;
static_assert(RateLimit::max_burst < (1u << burst_bits));

/// How far the arrival time may run ahead of now before a turn is too early.
int64_t tolerance_of(const RateLimit& limit) {
  return (static_cast<int64_t>(limit.burst) - 1) * limit.interval_ns;
}

/// The latest arrival time that take() and hold() can have left by `now_ns`.
int64_t latest_arrival(const RateLimit& limit, int64_t max_hold_ns, int64_t now_ns) {
  return now_ns + tolerance_of(limit) + std::max(limit.interval_ns, max_hold_ns);
}

uint64_t packed(const RateLimit& limit) {
  return static_cast<uint64_t>(limit.interval_ns) << burst_bits | limit.burst;
}

RateLimit unpacked(uint64_t word) {
  return RateLimit{static_cast<int64_t>(word >> burst_bits),
                   static_cast<uint32_t>(word & ((1u << burst_bits) - 1))}
      .within_bounds();
}

}  // namespace

int64_t RateLimiter::take(const RateLimit& limit, int64_t max_hold_ns, int64_t (*clock)()) noexcept {
  int64_t stored = arrival_ns_.load();
  for (int tries = 0; tries < max_tries; ++tries) {
    // After the word: nobody can have left one that is later than it may be by this time.
    const int64_t now_ns = clock();
    const int64_t latest_ns = latest_arrival(limit, max_hold_ns, now_ns);
    const bool is_garbage = stored > latest_ns + clock_slack_ns;
    const int64_t arrival_ns = std::clamp(stored, now_ns, latest_ns);
    const int64_t wait_ns = arrival_ns - tolerance_of(limit) - now_ns;
    if (wait_ns > 0 && !is_garbage) return wait_ns;
    // Garbage is mended: the end of a wait that it tells would always be as far away.
    const int64_t next_ns = wait_ns > 0 ? arrival_ns : arrival_ns + limit.interval_ns;
    if (arrival_ns_.compare_exchange_strong(stored, next_ns)) return std::max<int64_t>(0, wait_ns);
  }
  return retry_ns;
}

void RateLimiter::hold(const RateLimit& limit, int64_t hold_ns, int64_t max_hold_ns,
                       int64_t (*clock)()) noexcept {
  hold_ns = std::clamp<int64_t>(hold_ns, 0, max_hold_ns);
  int64_t stored = arrival_ns_.load();
  for (int tries = 0; tries < max_tries; ++tries) {
    const int64_t now_ns = clock();
    const int64_t held_ns = now_ns + tolerance_of(limit) + hold_ns;
    const int64_t latest_ns = latest_arrival(limit, max_hold_ns, now_ns);
    if (stored >= held_ns && stored <= latest_ns + clock_slack_ns) return;
    if (arrival_ns_.compare_exchange_strong(stored, held_ns)) return;
  }
}

void RateLimiter::ask_for(const RateLimit& limit) noexcept {
  uint64_t stored = asked_.load();
  for (int tries = 0; tries < max_tries; ++tries) {
    const RateLimit both =
        stored == 0 ? limit.within_bounds() : unpacked(stored).and_also(limit).within_bounds();
    if (packed(both) == stored || asked_.compare_exchange_strong(stored, packed(both))) return;
  }
}

std::optional<RateLimit> RateLimiter::asked() const noexcept {
  const uint64_t word = asked_.load();
  if (word == 0) return std::nullopt;
  return unpacked(word);
}

RateLimiters::RateLimiters() {
  void* map =
      ::mmap(nullptr, count * sizeof(Cell), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "shared memory for the rate limits");
  cells_ = static_cast<Cell*>(map);
}

RateLimiters::~RateLimiters() { ::munmap(cells_, count * sizeof(Cell)); }

}  // namespace e2e::host
