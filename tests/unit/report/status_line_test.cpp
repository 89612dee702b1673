#include "report/status_line.hpp"

#include <e2e_catch.hpp>

#include "report/display_width.hpp"
#include "sample_run.hpp"

using namespace e2e::host;

namespace {

RunTally tally_of(const std::vector<std::string>& ids) {
  RunTally tally;
  tally.on_event({1, 0, sample_run(ids)});
  return tally;
}

std::string text_of(const RunTally& tally, int width) { return StatusLine(width, Ink()).text(tally); }

}  // namespace

TEST_CASE("TheLineShowsProgressAndWhatRuns") {
  RunTally tally = tally_of({"a::m::t1", "a::m::t2", "b::m::t3", "b::m::t4"});
  CHECK(text_of(tally, 80) == "░░░░░░░░░░░░░░░░░░░░ 0/4");
  tally.on_event({2, 0, AttemptStarted{0, 1, 0, 0}});
  tally.on_event({3, 0, AttemptStarted{2, 1, 1, 1}});
  CHECK(text_of(tally, 80) == "░░░░░░░░░░░░░░░░░░░░ 0/4  a::m::t1, b::m::t3");
  tally.on_event({4, 0, sample_attempt(0, Status::failed)});
  tally.on_event({5, 0, TestFinished{0, Outcome::failed, 1, ""}});
  CHECK(text_of(tally, 80) == "█████░░░░░░░░░░░░░░░ 1/4  1 failed  b::m::t3");
}

TEST_CASE("ARunOfNoTestsHasALineToo") { CHECK(text_of(tally_of({}), 80) == "░░░░░░░░░░░░░░░░░░░░ 0/0"); }

TEST_CASE("TestsThatDoNotFitAreCounted") {
  RunTally tally = tally_of({"aaaa::m::t", "bbbb::m::t", "cccc::m::t"});
  for (uint32_t i = 0; i < 3; ++i) tally.on_event({2, 0, AttemptStarted{i, 1, i, i}});
  CHECK(text_of(tally, 61) == "░░░░░░░░░░░░░░░░░░░░ 0/3  aaaa::m::t, bbbb::m::t, cccc::m::t");
  CHECK(text_of(tally, 60) == "░░░░░░░░░░░░░░░░░░░░ 0/3  aaaa::m::t, bbbb::m::t, +1");
  CHECK(text_of(tally, 40) == "░░░░░░░░░░ 0/3  aaaa::m::t, +2");
  CHECK(text_of(tally, 20) == "0/3  aaaa::m::t, +2");
  CHECK(text_of(tally, 15) == "0/3  aaaa…, +2");
}

TEST_CASE("TheLineIsNarrowerThanTheTerminalWhateverRuns") {
  RunTally tally =
      tally_of({"サービス::モジュール::テスト", "b::m::a_test_with_quite_a_long_name_for_a_narrow_terminal"});
  tally.on_event({2, 0, AttemptStarted{0, 1, 0, 0}});
  tally.on_event({3, 0, AttemptStarted{1, 1, 1, 1}});
  tally.on_event({4, 0, TestFinished{1, Outcome::failed, 1, ""}});
  for (int width = 1; width <= 140; ++width) {
    CAPTURE(width);
    CHECK(display_width(text_of(tally, width)) < width);
  }
}

TEST_CASE("DrawingReplacesTheLineThatIsThere") {
  const RunTally tally = tally_of({"a::m::t1"});
  StatusLine line(80, Ink());
  CHECK(line.clear().empty());
  CHECK(line.draw(tally, 0) == "░░░░░░░░░░░░░░░░░░░░ 0/1");
  CHECK(line.draw(tally, 0) == "\r\x1b[2K░░░░░░░░░░░░░░░░░░░░ 0/1");
  CHECK(line.clear() == "\r\x1b[2K");
  CHECK(line.clear().empty());
}

TEST_CASE("ABurstOfDrawingsIsHeldTo20ASecondOfTheRunsTime") {
  const RunTally tally = tally_of({"a::m::t1"});
  StatusLine line(80, Ink());
  int drawn = 0;
  for (int64_t ms = 0; ms < 10'000; ++ms) drawn += line.draw(tally, ms * kMs).empty() ? 0 : 1;
  CHECK(drawn >= 200);
  CHECK(drawn <= 210);
  CHECK_FALSE(line.draw(tally, 11'000 * kMs).empty());
}

TEST_CASE("TimeThatGoesBackDoesNotStopTheDrawing") {
  const RunTally tally = tally_of({"a::m::t1"});
  StatusLine line(80, Ink());
  CHECK_FALSE(line.draw(tally, 50'000 * kMs).empty());
  CHECK_FALSE(line.draw(tally, 0).empty());
}
