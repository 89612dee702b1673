#include "report/live_panel.hpp"

#include <e2e_catch.hpp>

#include "sample_run.hpp"

using namespace e2e::host;

using Lines = std::vector<std::string>;

TEST_CASE("DrawingWritesOverWhatIsThere") {
  LivePanel panel;
  CHECK(panel.clear().empty());
  CHECK(panel.draw({"one", "two"}) == "one\ntwo");
  CHECK(panel.draw({"one", "three", "four"}) == "\r\x1b[1Aone\x1b[K\nthree\x1b[K\nfour\x1b[K\x1b[J");
  CHECK(panel.draw({"one"}) == "\r\x1b[2Aone\x1b[K\x1b[J");
  CHECK(panel.clear() == "\r\x1b[J");
  CHECK(panel.clear().empty());
  CHECK(panel.draw({"one"}) == "one");
}

TEST_CASE("TheSameLinesAreNotDrawnAgain") {
  LivePanel panel;
  panel.draw({"one", "two"});
  CHECK(panel.draw({"one", "two"}).empty());
  CHECK_FALSE(panel.is_stale());
}

TEST_CASE("ABurstOfDrawingsIsHeldTo20ASecondOfTheRunsTime") {
  LivePanel panel;
  int drawn = 0;
  for (int64_t ms = 0; ms < 10'000; ++ms) {
    if (!panel.may_draw(ms * kMs)) continue;
    panel.draw({std::to_string(ms)});
    ++drawn;
  }
  CHECK(drawn >= 200);
  CHECK(drawn <= 210);
  CHECK(panel.is_stale());
  CHECK(panel.may_draw(11'000 * kMs));
  CHECK_FALSE(panel.is_stale());
}

TEST_CASE("TimeThatGoesBackDoesNotStopTheDrawing") {
  LivePanel panel;
  CHECK(panel.may_draw(50'000 * kMs));
  for (int i = 0; i < 10; ++i) panel.draw({std::to_string(i)});
  CHECK_FALSE(panel.may_draw(0));
  CHECK(panel.may_draw(100 * kMs));
}
