#include "report/progress_lines.hpp"

#include <e2e_catch.hpp>

#include "report/display_width.hpp"
#include "sample_run.hpp"

using namespace e2e::host;

namespace {

using Lines = std::vector<std::string>;

/// All that lines are made of, fed with the same events.
struct Told {
  explicit Told(Durations earlier = {}) : time_left(std::move(earlier)) {}
  template <typename Fact>
  void say(int64_t time_ms, Fact fact) {
    const Event event{1, time_ms * kMs, std::move(fact)};
    tally.on_event(event);
    slots.on_event(event);
    time_left.on_event(event);
  }
  /// The test runs in a slot of the same number.
  void start(int64_t time_ms, uint32_t test, uint32_t attempt = 1) {
    say(time_ms, AttemptStarted{test, attempt, test, test});
  }
  void finish(int64_t time_ms, uint32_t test, Outcome outcome, int64_t duration_ms) {
    AttemptFinished finished =
        sample_attempt(test, outcome == Outcome::failed ? Status::failed : Status::passed);
    finished.slot = finished.worker = test;
    finished.duration_ns = duration_ms * kMs;
    say(time_ms, finished);
    say(time_ms, TestFinished{test, outcome, 1, ""});
  }
  std::string bar(int64_t time_ms, int columns = 79) {
    return progress_bar({tally, slots, time_left, time_ms * kMs}, columns, Ink());
  }
  Lines lines(int64_t time_ms, int columns = 79, size_t most = 8, bool with_idle = false) {
    return progress_lines({tally, slots, time_left, time_ms * kMs}, columns, most, with_idle, Ink());
  }

  RunTally tally;
  SlotTable slots;
  TimeLeft time_left;
};

}  // namespace

TEST_CASE("TheBarShowsCountsAndTime") {
  Told told;
  told.say(0, sample_run({"a::m::t1", "a::m::t2", "b::m::t3", "b::m::t4"}));
  CHECK(told.bar(0) == "░░░░░░░░░░░░░░░░░░░░ 0/4  0 s");
  told.start(0, 0);
  told.finish(4000, 0, Outcome::failed, 4000);
  CHECK(told.bar(4000) == "█████░░░░░░░░░░░░░░░ 1/4  1 failed  4 s, 12 s left");
  told.finish(4000, 1, Outcome::flaky, 4000);
  told.finish(4000, 2, Outcome::skipped, 4000);
  CHECK(told.bar(4000) == "███████████████░░░░░ 3/4  1 failed  4 s, 2 s left  1 flaky  1 skipped");
}

TEST_CASE("ARunOfNoTestsHasABarToo") {
  Told told;
  told.say(0, sample_run({}));
  CHECK(told.bar(0) == "░░░░░░░░░░░░░░░░░░░░ 0/0  0 s");
}

TEST_CASE("WhatDoesNotFitBesideTheBarIsLeftOut") {
  Told told;
  told.say(0, sample_run({"a::m::t1", "a::m::t2", "b::m::t3"}));
  told.start(0, 0);
  told.finish(2000, 0, Outcome::failed, 2000);
  told.finish(2000, 1, Outcome::flaky, 2000);
  CHECK(told.bar(2000, 39) == "██████░░░░ 2/3  1 failed  2 s, 1 s left");
  CHECK(told.bar(2000, 38) == "2/3  1 failed  2 s, 1 s left  1 flaky");
  CHECK(told.bar(2000, 20) == "2/3  1 failed");
  CHECK(told.bar(2000, 3) == "2/3");
  CHECK(told.bar(2000, 2) == "2…");
}

TEST_CASE("WhatRunsStandsBelowTheBar") {
  Told told;
  told.say(0, sample_run({"a::m::t1", "b::m::t2", "c::m::t3"}));
  told.start(0, 0);
  told.start(1000, 1, 2);
  told.say(1000, WorkerStarted{2, 2, 100});
  CHECK(told.lines(2500) ==
        Lines{"░░░░░░░░░░░░░░░░░░░░ 0/3  3 s", "    2.5 s  a::m::t1", "    1.5 s  b::m::t2  attempt 2"});
  CHECK(told.lines(2500, 79, 16, true).back() == "           slot 2 is between tests");
}

TEST_CASE("OfMoreThanFitTheLongestRunningAreShownInTheirPlaces") {
  Told told;
  RunStarted run;
  for (uint32_t i = 0; i < 12; ++i) run.tests.push_back(sample_test("a::m::t" + std::to_string(i)));
  told.say(0, run);
  for (uint32_t i = 0; i < 12; ++i) told.start(i == 11 ? 0 : 100 + i, i);
  const Lines lines = told.lines(1000);
  REQUIRE(lines.size() == 10);
  CHECK(lines[1] == "   900 ms  a::m::t0");
  CHECK(lines[7] == "   894 ms  a::m::t6");
  CHECK(lines[8] == "    1.0 s  a::m::t11");
  CHECK(lines[9] == "           and 4 more");
}

TEST_CASE("ALongNameKeepsItsEnd") {
  Told told;
  told.say(0, sample_run({"orders::02_payment::pays_by_card"}));
  told.start(0, 0, 2);
  CHECK(told.lines(1000, 39)[1] == "    1.0 s  …s::02_payment::pays_by_card");
}

TEST_CASE("ASlowTestIsMarked") {
  Told told;
  told.say(0, sample_run({"a::m::slow", "a::m::t"}));
  told.start(0, 0);
  told.start(0, 1);
  told.say(10'000, TestSlow{0, 1, 0, 0, 10'000 * kMs});
  CHECK(told.lines(12'000)[1] == "SLOW 12.0 s  a::m::slow");
  CHECK(told.lines(12'000)[2] == "   12.0 s  a::m::t");
  told.finish(13'000, 0, Outcome::failed, 13'000);
  told.start(13'000, 0, 2);
  CHECK(told.lines(14'000)[1] == "    1.0 s  a::m::slow  attempt 2");
}

TEST_CASE("NoLineIsWiderThanTheTerminalWhateverRuns") {
  Told told;
  told.say(
      0, sample_run({"サービス::モジュール::テスト",
                     "b::m::a_test_with_quite_a_long_name_for_a_narrow_terminal", "c::m::t\xCC\x81\xFF\n"}));
  for (uint32_t i = 0; i < 3; ++i) told.start(0, i, 2);
  told.say(0, WorkerStarted{9, 9, 1});
  told.say(0, TestFinished{1, Outcome::failed, 1, ""});
  for (int columns = 1; columns <= 140; ++columns) {
    CAPTURE(columns);
    for (const size_t most : {1, 8})
      for (const std::string& line : told.lines(100'000, columns, most, true))
        CHECK(display_width(line) <= columns);
  }
}
