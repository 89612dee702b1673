#include "report/live_lines.hpp"

#include <e2e_catch.hpp>
#include <string>

using namespace e2e::host;

namespace {

constexpr int64_t ms = 1'000'000;

LiveOutput output(std::string_view bytes, uint32_t slot = 0, bool is_stderr = false) {
  return {0, slot, is_stderr, bytes};
}

}  // namespace

TEST_CASE("LinesComeWholeWithTheirTest", "[live_lines]") {
  LiveLines live;
  CHECK(live.take(output("one\ntwo\nthr"), "s::m::a", 0) == "s::m::a | one\ns::m::a | two\n");
  CHECK(live.take(output("ee\n\n"), "s::m::a", 0) == "s::m::a | three\ns::m::a | \n");
  CHECK(live.take(output("oops\r\n", 0, true), "s::m::a", 0) == "s::m::a ! oops\n");
  CHECK(live.take(output("x\n", 3), "", 0) == "slot 3 | x\n");
}

TEST_CASE("LineWithoutAnEndIsShownWithItsTest", "[live_lines]") {
  LiveLines live;
  CHECK(live.take(output("abc"), "a", 0).empty());
  CHECK(live.take(output("x", 1), "b", 0).empty());
  CHECK(live.end_attempt(0) == "a | abc\n");
  CHECK(live.end_attempt(0).empty());
  // The next test's output does not join it.
  CHECK(live.take(output("y\n", 1), "c", 0) == "b | x\nc | y\n");
}

TEST_CASE("LineWithoutAnEndIsShownAfterAWhile", "[live_lines]") {
  LiveLines live;
  live.take(output("abc"), "a", 100 * ms);
  CHECK(live.tick(599 * ms).empty());
  CHECK(live.tick(600 * ms) == "a | abc\n");
  CHECK(live.tick(5000 * ms).empty());
}

TEST_CASE("EndlessLineIsCut", "[live_lines]") {
  LiveLines live;
  const std::string text = live.take(output(std::string(LiveLines::longest_line + 3, 'x')), "a", 0);
  CHECK(text == "a | " + std::string(LiveLines::longest_line, 'x') + "\n");
  CHECK(live.end_attempt(0) == "a | xxx\n");
}

TEST_CASE("ControlCharactersOfTestsStayHarmless", "[live_lines]") {
  LiveLines live;
  CHECK(live.take(output("\x1b[2J\xff\n"), "a\x1b", 0) == "a\\x1B | \\x1B[2J\\xFF\n");
}
