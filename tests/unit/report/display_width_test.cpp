#include "report/display_width.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

TEST_CASE("WidthIsCountedInColumns") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é✓") == 2);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\xCC\x81") == 1);  // e and a combining acute
  CHECK(display_width("a\xFFz") == 3);
}

TEST_CASE("TextThatFitsIsLeftAlone") {
  CHECK(fit_to_width("abc", 3) == "abc");
  CHECK(fit_to_width("日本", 4) == "日本");
  CHECK(fit_to_width("e\xCC\x81", 1) == "e\xCC\x81");
}

TEST_CASE("TextThatDoesNotFitIsCutAtACharacter") {
  CHECK(fit_to_width("abcd", 3) == "ab…");
  CHECK(fit_to_width("日本語", 4) == "日…");
  CHECK(fit_to_width("日本語", 5) == "日本…");
  CHECK(fit_to_width("日本", 2) == "…");
  CHECK(fit_to_width("e\xCC\x81xyz", 2) == "e\xCC\x81…");
  CHECK(fit_to_width("abc", 1) == "…");
  CHECK(fit_to_width("abc", 0).empty());
  CHECK(fit_to_width("abc", -3).empty());
}

TEST_CASE("PaddingCountsColumnsToo") {
  CHECK(pad_to_width("日", 4) == "日  ");
  CHECK(pad_to_width("abc", 2) == "abc");
}
