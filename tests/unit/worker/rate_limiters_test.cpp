#include "worker/rate_limiters.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

constexpr int64_t ms = 1'000'000;
constexpr int64_t max_hold_ns = 1'000 * ms;

/// A clock that the tests turn by hand.
int64_t hand_ns = 0;
int64_t by_hand() { return hand_ns; }

/// A limiter in zeroed memory, with its words in reach.
struct Words {
  int64_t arrival_ns = 0;
  uint64_t asked = 0;
  RateLimiter& limiter() { return *reinterpret_cast<RateLimiter*>(this); }
};
static_assert(sizeof(Words) == sizeof(RateLimiter));

/// Ten a second.
RateLimit ten(uint32_t burst) { return RateLimit::per_second(10, burst); }

int64_t take(Words& words, const RateLimit& limit) {
  return words.limiter().take(limit, max_hold_ns, by_hand);
}

/// When turns were taken, by all processes.
struct Grants {
  static constexpr uint32_t most = 100'000;
  std::atomic<uint32_t> count;
  std::atomic<uint32_t> go;
  std::atomic<int64_t> before_ns[most], after_ns[most];
};

class SharedGrants {
 public:
  SharedGrants()
      : grants_(static_cast<Grants*>(
            ::mmap(nullptr, sizeof(Grants), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    REQUIRE(grants_ != MAP_FAILED);
  }
  ~SharedGrants() { ::munmap(grants_, sizeof(Grants)); }
  Grants* operator->() const { return grants_; }

 private:
  Grants* grants_;
};

/// Takes turns for ever, and notes when. Between asking and noting it may be killed: then it is noted less
/// often than it was taken.
[[noreturn]] void take_for_ever(const RateLimiter& shared, SharedGrants& grants, const RateLimit& limit) {
  auto& limiter = const_cast<RateLimiter&>(shared);
  while (true) {
    const int64_t before_ns = monotonic_ns();
    const int64_t wait_ns = limiter.take(limit, max_hold_ns);
    if (wait_ns > 0) {
      const timespec pause{wait_ns / 1'000'000'000, wait_ns % 1'000'000'000};
      ::nanosleep(&pause, nullptr);
      continue;
    }
    const uint32_t index = grants->count++;
    if (index >= Grants::most) ::_exit(0);
    grants->before_ns[index] = before_ns;
    grants->after_ns[index] = monotonic_ns();
  }
}

void reap(const std::vector<pid_t>& children) {
  for (const pid_t child : children) ::kill(child, SIGKILL);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
}

/// That no stretch of time had more turns than burst + time / interval. A turn was taken somewhere between
/// `before` and `after`: those taken for certain within a stretch are counted.
void check_bound(const SharedGrants& grants, const RateLimit& limit, size_t at_least) {
  std::vector<std::pair<int64_t, int64_t>> taken;
  for (uint32_t i = 0; i < std::min(grants->count.load(), Grants::most); ++i)
    if (grants->after_ns[i] != 0) taken.emplace_back(grants->after_ns[i], grants->before_ns[i]);
  REQUIRE(taken.size() >= at_least);
  std::sort(taken.begin(), taken.end());
  // From each possible start: the turns that had been asked for after it and were had by a later end.
  size_t worst = 0;
  for (size_t first = 0; first < taken.size(); first += 1 + taken.size() / 500) {
    const int64_t start_ns = taken[first].second;
    size_t count = 0;
    for (size_t i = 0; i < taken.size(); ++i) {
      if (taken[i].second < start_ns) continue;
      ++count;
      const int64_t length_ns = taken[i].first - start_ns;
      const auto allowed = limit.burst + static_cast<size_t>(length_ns / limit.interval_ns);
      if (count > allowed) worst = std::max(worst, count - allowed);
    }
  }
  CHECK(worst == 0);
}

}  // namespace

TEST_CASE("RatePerSecondIsNeverMoreOftenThanSaid", "[rate_limit]") {
  CHECK(RateLimit::per_second(10, 5) == RateLimit{100 * ms, 5});
  CHECK(RateLimit::per_second(0.5, 1) == RateLimit{2'000 * ms, 1});
  CHECK(RateLimit::per_second(3, 1).interval_ns == 333'333'334);
  CHECK(RateLimit{0, 0}.within_bounds() == RateLimit{RateLimit::min_interval_ns, 1});
  CHECK(RateLimit{100, 5}.and_also(RateLimit{50, 3}) == RateLimit{100, 3});
}

TEST_CASE("BurstIsGrantedAtOnceAndThenOneEachInterval", "[rate_limiters]") {
  Words words;
  hand_ns = 5'000 * ms;
  for (int i = 0; i < 3; ++i) CHECK(take(words, ten(3)) == 0);
  CHECK(take(words, ten(3)) == 100 * ms);
  hand_ns += 99 * ms;
  CHECK(take(words, ten(3)) == 1 * ms);
  hand_ns += 1 * ms;
  CHECK(take(words, ten(3)) == 0);
  CHECK(take(words, ten(3)) == 100 * ms);
  // What was not used is not saved beyond the burst.
  hand_ns += 100'000 * ms;
  for (int i = 0; i < 3; ++i) CHECK(take(words, ten(3)) == 0);
  CHECK(take(words, ten(3)) == 100 * ms);
}

TEST_CASE("AskingAgainInVainCostsNothing", "[rate_limiters]") {
  Words words;
  hand_ns = 5'000 * ms;
  CHECK(take(words, ten(1)) == 0);
  for (int i = 0; i < 100; ++i) CHECK(take(words, ten(1)) == 100 * ms);
  hand_ns += 100 * ms;
  CHECK(take(words, ten(1)) == 0);
}

TEST_CASE("HoldKeepsEveryoneBackAndLeavesNoBurst", "[rate_limiters]") {
  Words words;
  hand_ns = 5'000 * ms;
  words.limiter().hold(ten(5), 700 * ms, max_hold_ns, by_hand);
  CHECK(take(words, ten(5)) == 700 * ms);
  // A shorter one does not shorten it.
  words.limiter().hold(ten(5), 100 * ms, max_hold_ns, by_hand);
  CHECK(take(words, ten(5)) == 700 * ms);
  hand_ns += 700 * ms;
  CHECK(take(words, ten(5)) == 0);
  CHECK(take(words, ten(5)) == 100 * ms);
}

TEST_CASE("HoldIsNeverLongerThanTheLongest", "[rate_limiters]") {
  Words words;
  hand_ns = 5'000 * ms;
  words.limiter().hold(ten(1), std::numeric_limits<int64_t>::max(), max_hold_ns, by_hand);
  CHECK(take(words, ten(1)) == max_hold_ns);
  words = {};
  words.limiter().hold(ten(1), -5, max_hold_ns, by_hand);
  CHECK(take(words, ten(1)) == 0);
}

TEST_CASE("GarbageInTheWordBlocksNoLongerThanAHold", "[rate_limiters]") {
  for (const int64_t garbage : {std::numeric_limits<int64_t>::max(), int64_t{1} << 62, int64_t{-1},
                                std::numeric_limits<int64_t>::min()}) {
    INFO(garbage);
    Words words;
    hand_ns = 5'000 * ms;
    words.arrival_ns = garbage;
    const int64_t wait_ns = take(words, ten(5));
    CHECK(wait_ns >= 0);
    CHECK(wait_ns <= max_hold_ns);
    // It is as far away as it was said to be, and not always so.
    hand_ns += wait_ns;
    if (wait_ns > 0) CHECK(take(words, ten(5)) == 0);
    // From here on the limit holds as ever.
    int taken = 0;
    while (take(words, ten(5)) == 0) ++taken;
    CHECK(taken < 5);
    // A hold mends it too.
    words.arrival_ns = garbage;
    words.limiter().hold(ten(5), 10 * ms, max_hold_ns, by_hand);
    CHECK(take(words, ten(5)) == 10 * ms);
  }
}

TEST_CASE("StrictestThatWasAskedForHolds", "[rate_limiters]") {
  Words words;
  CHECK_FALSE(words.limiter().asked());
  words.limiter().ask_for(RateLimit::per_second(10, 3));
  CHECK(words.limiter().asked() == RateLimit::per_second(10, 3));
  words.limiter().ask_for(RateLimit::per_second(20, 2));
  CHECK(words.limiter().asked() == RateLimit::per_second(10, 2));
  words.limiter().ask_for(RateLimit::per_second(0.001, RateLimit::max_burst));
  CHECK(words.limiter().asked() == RateLimit::per_second(0.001, 2));
  for (const uint64_t garbage : {uint64_t{1}, ~uint64_t{0}, uint64_t{1} << 63}) {
    words.asked = garbage;
    REQUIRE(words.limiter().asked());
    CHECK(words.limiter().asked()->is_within_bounds());
  }
}

TEST_CASE("KeysHaveTheirOwnTurns", "[rate_limiters]") {
  const RateLimiters limiters;
  CHECK(limiters.at(0).take(ten(1), max_hold_ns) == 0);
  CHECK(limiters.at(0).take(ten(1), max_hold_ns) > 0);
  CHECK(limiters.at(1).take(ten(1), max_hold_ns) == 0);
  CHECK(limiters.at(RateLimiters::count).take(ten(1), max_hold_ns) > 0);
}

TEST_CASE("ProcessesTogetherNeverTakeMoreThanTheLimit", "[rate_limiters]") {
  const RateLimit limit = RateLimit::per_second(500, 7);
  const RateLimiters limiters;
  SharedGrants grants;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    const pid_t child = ::fork();
    if (child == 0) take_for_ever(limiters.at(3), grants, limit);
    children.push_back(child);
  }
  while (grants->count < 300) ::sched_yield();
  reap(children);
  check_bound(grants, limit, 290);
}

TEST_CASE("ProcessKilledAtAnyMomentBlocksNobody", "[rate_limiters]") {
  const RateLimit limit = RateLimit::per_second(2000, 20);
  const RateLimiters limiters;
  SharedGrants grants;
  std::vector<pid_t> stayers;
  for (int i = 0; i < 3; ++i) {
    const pid_t child = ::fork();
    if (child == 0) take_for_ever(limiters.at(3), grants, limit);
    stayers.push_back(child);
  }
  // Each of these is killed while it waits, takes or notes.
  for (int i = 0; i < 60; ++i) {
    const uint32_t seen = grants->count;
    const pid_t child = ::fork();
    if (child == 0) take_for_ever(limiters.at(3), grants, limit);
    while (grants->count < seen + 10) ::sched_yield();
    reap({child});
  }
  const uint32_t seen = grants->count;
  while (grants->count < seen + 100) ::sched_yield();
  reap(stayers);
  check_bound(grants, limit, 600);
}

TEST_CASE("ProcessesThatScribbleEndNobodysTurns", "[rate_limiters]") {
  // A tenth of a millisecond at most: so the stayer has its turns however the word is written over.
  const RateLimit limit = RateLimit::per_second(10'000, 1);
  constexpr int64_t short_hold_ns = 100'000;
  const RateLimiters limiters;
  const pid_t scribbler = ::fork();
  if (scribbler == 0)
    for (uint64_t word = 1;; word = word * 6364136223846793005u + 1442695040888963407u)
      std::memcpy(static_cast<void*>(&limiters.at(0)), &word, sizeof word);
  int taken = 0;
  while (taken < 100) {
    const int64_t wait_ns = limiters.at(0).take(limit, short_hold_ns);
    if (wait_ns == 0) ++taken;
    REQUIRE(wait_ns <= short_hold_ns);
  }
  reap({scribbler});
}
