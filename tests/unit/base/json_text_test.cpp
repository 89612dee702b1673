#include "base/json_text.hpp"

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

/// The text as any JSON reader gets it back.
std::string read_back(const std::string& text) {
  return nlohmann::json::parse(JsonText().value(text).text()).get<std::string>();
}

}  // namespace

TEST_CASE("EveryAsciiCharacterComesBack", "[json_text]") {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += static_cast<char>(c);
  const std::string json = JsonText().value(all).take();
  CHECK(read_back(all) == all);
  for (const char c : json) CHECK((c >= 0x20 && c < 0x7f));
}

TEST_CASE("EscapesAreTheUsualOnes", "[json_text]") {
  CHECK(JsonText().value("\"\\\n\r\t\b").text() == R"("\"\\\n\r\t\u0008")");
  CHECK(JsonText().value(std::string("\0\x1b\x7f", 3)).text() == R"("\u0000\u001b\u007f")");
}

TEST_CASE("WellFormedUtf8StaysAsItIs", "[json_text]") {
  const auto text = GENERATE(as<std::string>(), "\u00e4\u20ac", "\U0001F600", "\xed\x9f\xbf", "\xee\x80\x80",
                             "\xf4\x8f\xbf\xbf", "a\u00e4b");
  CHECK(JsonText().value(text).take() == "\"" + text + "\"");
  CHECK(read_back(text) == text);
}

TEST_CASE("BytesThatAreNotUtf8BecomeReplacementCharacters", "[json_text]") {
  const std::string r = "\xEF\xBF\xBD";
  CHECK(read_back("a\xff"
                  "b") == "a" + r + "b");
  CHECK(read_back("\x80") == r);
  CHECK(read_back("\xc3") == r);
  CHECK(read_back("\xc0\xaf") == r + r);
  CHECK(read_back("\xed\xa0\x80") == r + r + r);
  CHECK(read_back("\xf4\x90\x80\x80") == r + r + r + r);
  CHECK(read_back("\xe2\x82") == r + r);
  CHECK(read_back("\xe2\x82\"") == r + r + "\"");
}

TEST_CASE("EveryPairOfBytesGivesJsonThatParses", "[json_text]") {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      if (!nlohmann::json::accept(JsonText().value(text).text())) FAIL(first << " " << second);
    }
}

TEST_CASE("EveryByteIsSeenAtEveryPlace", "[json_text]") {
  for (size_t size = 1; size <= 25; ++size)
    for (size_t place = 0; place < size; ++place)
      for (int byte = 0; byte < 0x80; ++byte) {
        std::string text(size, 'a');
        text[place] = static_cast<char>(byte);
        const std::string json = JsonText().value(text).take();
        const bool is_plain = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
        if (read_back(text) != text || (json == '"' + text + '"') != is_plain)
          FAIL(byte << " at " << place << " of " << size << ": " << json);
        text[place] = static_cast<char>(byte + 0x80);
        if (JsonText().value(text).take() == '"' + text + '"')
          FAIL(byte + 0x80 << " at " << place << " of " << size);
      }
}

TEST_CASE("TextGoesBehindWhatHasBegun", "[json_text]") {
  JsonText json("{}\n");
  CHECK(json.begin_object().member("a", "b").end_object().take() == "{}\n{\"a\":\"b\"}");
}

TEST_CASE("NumbersAreWhole", "[json_text]") {
  JsonText json;
  json.begin_array().value(std::numeric_limits<int64_t>::min()).value(std::numeric_limits<uint64_t>::max());
  json.value(int32_t{-1}).value(uint32_t{4294967295u}).value(true).value(false).null().end_array();
  CHECK(json.text() == "[-9223372036854775808,18446744073709551615,-1,4294967295,true,false,null]");
}

TEST_CASE("CommasStandBetweenMembersOnly", "[json_text]") {
  JsonText json;
  json.begin_object().key("empty").begin_array().end_array().key("list").begin_array();
  json.value("a").begin_object().end_object().begin_array().value(int32_t{1}).end_array().raw("{\"x\":1}");
  json.end_array()
      .member("number", int32_t{2})
      .member_unless_empty("none", "")
      .member_unless_empty("some", "s");
  json.member("a\"key", true).end_object();
  CHECK(json.text() == R"({"empty":[],"list":["a",{},[1],{"x":1}],"number":2,"some":"s","a\"key":true})");
  CHECK(nlohmann::json::accept(json.text()));
}

TEST_CASE("TakeGivesTheTextAway", "[json_text]") {
  JsonText json;
  json.value("x");
  CHECK(json.take() == "\"x\"");
}
