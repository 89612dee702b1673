#include "base/utf8.hpp"

#include <string>

#include "e2e_catch.hpp"

using namespace e2e::host;

TEST_CASE("LengthOfWellFormedCharacters", "[utf8]") {
  CHECK(utf8_length("a\u00e4") == 1);
  CHECK(utf8_length(std::string_view("\0", 1)) == 1);
  CHECK(utf8_length("\xc2\x80") == 2);
  CHECK(utf8_length("\xdf\xbf") == 2);
  CHECK(utf8_length("\xe0\xa0\x80") == 3);
  CHECK(utf8_length("\xed\x9f\xbf") == 3);
  CHECK(utf8_length("\xef\xbf\xbf") == 3);
  CHECK(utf8_length("\xf0\x90\x80\x80") == 4);
  CHECK(utf8_length("\xf4\x8f\xbf\xbf") == 4);
}

TEST_CASE("WhatIsNoCharacterHasLengthZero", "[utf8]") {
  const auto text =
      GENERATE(as<std::string>(), "", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41",
               "\xe0\x9f\xbf", "\xe2\x82", "\xe2\x41\x80", "\xe2\x82\x41", "\xed\xa0\x80", "\xed\xbf\xbf",
               "\xf0\x8f\xbf\xbf", "\xf0\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff");
  CHECK(utf8_length(text) == 0);
}

TEST_CASE("PlainTextIsPrintable", "[utf8]") {
  const auto text = GENERATE(as<std::string>(), "", "a b\tc\nd", "\u00e4\u20ac\U0001F600", "\\x1B");
  CHECK(printable(text) == text);
}

TEST_CASE("TerminalControlsAreMadeVisible", "[utf8]") {
  CHECK(printable("\x1b[31mred\x1b[0m") == "\\x1B[31mred\\x1B[0m");
  CHECK(printable(std::string("\0\a\b\r\x7f", 5)) == "\\x00\\x07\\x08\\x0D\\x7F");
  // C1: a terminal takes U+009B for ESC [.
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u{009B}31m");
  CHECK(printable("\xc2\x80\xc2\x9f\xc2\xa0") == "\\u{0080}\\u{009F}\xc2\xa0");
}

TEST_CASE("BidirectionalControlsAreMadeVisible", "[utf8]") {
  CHECK(printable("\u202egnp.exe\u202c") == "\\u{202E}gnp.exe\\u{202C}");
  CHECK(printable("\u200e\u200f\u202a\u202b\u202d\u2066\u2067\u2068\u2069\u061c") ==
        "\\u{200E}\\u{200F}\\u{202A}\\u{202B}\\u{202D}\\u{2066}\\u{2067}\\u{2068}\\u{2069}\\u{061C}");
  CHECK(printable("\u2029\u2065") == "\u2029\u2065");
}

TEST_CASE("BytesThatAreNotUtf8AreMadeVisible", "[utf8]") {
  CHECK(printable("a\xff\xc3") == "a\\xFF\\xC3");
  CHECK(printable("\xed\xa0\x80") == "\\xED\\xA0\\x80");
  // An overlong ESC is none.
  CHECK(printable("\xc0\x9b[31m") == "\\xC0\\x9B[31m");
}

TEST_CASE("WhatIsPrintableStaysSo", "[utf8]") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const std::string once = printable(all);
  CHECK(once != all);
  CHECK(printable(once) == once);
}
