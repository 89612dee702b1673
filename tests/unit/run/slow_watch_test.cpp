#include "run/slow_watch.hpp"

#include <e2e_catch.hpp>
#include <optional>
#include <vector>

using namespace e2e::host;

namespace {

constexpr int64_t slow_ms = 1'000'000;
constexpr std::optional<int64_t> nothing;

}  // namespace

TEST_CASE("AnAttemptIsToldOfOnceForEachPeriodThatItRuns", "[slow]") {
  const std::vector<int64_t> earlier;
  SlowWatch watch(100, earlier);
  const auto look = [&](int64_t now_ms) { return watch.take_news(3, 7, 1000 * slow_ms, now_ms * slow_ms); };
  CHECK(look(1099) == nothing);
  CHECK(look(1100) == 100 * slow_ms);
  CHECK(look(1199) == nothing);
  CHECK(look(1210) == 210 * slow_ms);
  // Some passed unseen.
  CHECK(look(1555) == 555 * slow_ms);
  CHECK(look(1599) == nothing);
  CHECK(look(1600) == 600 * slow_ms);
  // Another slot is another matter, and so is the slot's next attempt.
  CHECK(watch.take_news(0, 7, 1000 * slow_ms, 1600 * slow_ms) == 600 * slow_ms);
  CHECK(watch.take_news(3, 8, 1610 * slow_ms, 1700 * slow_ms) == nothing);
  CHECK(watch.take_news(3, 8, 1610 * slow_ms, 1710 * slow_ms) == 100 * slow_ms);
}

TEST_CASE("ATestThatAlwaysTakesLongIsSlowAtTwiceThat", "[slow]") {
  const std::vector<int64_t> earlier = {0, 300 * slow_ms};
  SlowWatch watch(100, earlier);
  CHECK(watch.take_news(0, 1, slow_ms, 600 * slow_ms) == nothing);
  CHECK(watch.take_news(0, 1, slow_ms, 601 * slow_ms) == 600 * slow_ms);
  CHECK(watch.take_news(0, 1, slow_ms, 701 * slow_ms) == 700 * slow_ms);
  CHECK(watch.take_news(1, 0, slow_ms, 101 * slow_ms) == 100 * slow_ms);
}

TEST_CASE("TimeInWhichTheHostWasStoppedMakesNothingSlow", "[slow]") {
  const std::vector<int64_t> earlier;
  SlowWatch watch(100, earlier);
  CHECK(watch.take_news(0, 0, 1000 * slow_ms, 1050 * slow_ms) == nothing);
  watch.forgive(9000 * slow_ms);
  CHECK(watch.take_news(0, 0, 1000 * slow_ms, 10'099 * slow_ms) == nothing);
  CHECK(watch.take_news(0, 0, 1000 * slow_ms, 10'100 * slow_ms) == 100 * slow_ms);
  CHECK(watch.take_news(0, 0, 11'000 * slow_ms, 11'100 * slow_ms) == 100 * slow_ms);
}

TEST_CASE("APeriodOfNoneMakesNothingSlow", "[slow]") {
  const std::vector<int64_t> earlier;
  SlowWatch watch(0, earlier);
  CHECK(watch.take_news(0, 0, 1000 * slow_ms, 1'000'000'000 * slow_ms) == nothing);
}
