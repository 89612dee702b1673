#include "page/json_document.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

namespace {

std::unique_ptr<JsonDocument> parsed(std::string_view text) {
  std::string error;
  auto document = JsonDocument::parse(text, error);
  INFO(error);
  REQUIRE(document != nullptr);
  REQUIRE(error.empty());
  return document;
}

std::string error_of(std::string_view text) {
  std::string error;
  if (JsonDocument::parse(text, error) != nullptr) return "accepted";
  return error;
}

std::string round_trip(std::string_view text) {
  const auto document = parsed(text);
  return std::string(document->dump(document->root()));
}

}  // namespace

TEST_CASE("EveryTypeIsRead") {
  const auto document = parsed(R"({"n":null,"b":true,"i":-7,"f":1.5,"s":"x\u0000\u00e9","a":[1,[]],"o":{}})");
  const JsonValue& root = document->root();
  REQUIRE(root.type() == JsonType::object);
  CHECK(root.size() == 7);
  CHECK(root.at("/n")->type() == JsonType::null);
  CHECK(root.at("/b")->type() == JsonType::boolean);
  CHECK(root.at("/b")->as_boolean());
  CHECK(root.at("/i")->as_integer() == -7);
  CHECK(root.at("/i")->as_number() == -7.0);
  CHECK(root.at("/f")->type() == JsonType::number);
  CHECK(root.at("/f")->as_number() == 1.5);
  CHECK(root.at("/s")->as_string() == std::string_view("x\0\xc3\xa9", 4));
  CHECK(root.at("/a")->size() == 2);
  CHECK(root.at("/a/1")->type() == JsonType::array);
  CHECK(root.at("/o")->size() == 0);
  CHECK(root.element(0)->name() == "n");
  CHECK(root.element(6)->name() == "o");
  CHECK(root.element(7) == nullptr);
}

TEST_CASE("AValueOfAnotherTypeReadsAsNothing") {
  const auto document = parsed(R"(["text", 1, true])");
  const JsonValue& text = *document->root().element(0);
  const JsonValue& number = *document->root().element(1);
  CHECK(text.as_integer() == 0);
  CHECK(text.as_number() == 0);
  CHECK_FALSE(text.as_boolean());
  CHECK(text.size() == 0);
  CHECK(text.element(0) == nullptr);
  CHECK(number.as_string().empty());
  CHECK_FALSE(number.as_boolean());
  CHECK(number.number_text().empty());
  CHECK(document->root().as_string().empty());
}

TEST_CASE("IntegersBeyond64BitsAreNumbersWithTheirText") {
  const auto document = parsed(
      "[9223372036854775807, -9223372036854775808, 9223372036854775808, 123456789012345678901234567890, "
      "1e3]");
  const JsonValue& root = document->root();
  CHECK(root.element(0)->as_integer() == INT64_MAX);
  CHECK(root.element(1)->as_integer() == INT64_MIN);
  CHECK(root.element(2)->type() == JsonType::number);
  CHECK(root.element(2)->as_number() == 9223372036854775808.0);
  CHECK(root.element(3)->type() == JsonType::number);
  CHECK(root.element(4)->type() == JsonType::number);
  CHECK(root.element(4)->as_number() == 1000);
  CHECK(document->dump(root) ==
        "[9223372036854775807,-9223372036854775808,9223372036854775808,123456789012345678901234567890,1e3]");
}

TEST_CASE("PointersFollowRfc6901") {
  // The example of its section 5.
  const auto document =
      parsed(R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");
  const JsonValue& root = document->root();
  CHECK(root.at("") == &root);
  CHECK(root.at("/foo")->size() == 2);
  CHECK(root.at("/foo/0")->as_string() == "bar");
  CHECK(root.at("/")->as_integer() == 0);
  CHECK(root.at("/a~1b")->as_integer() == 1);
  CHECK(root.at("/c%d")->as_integer() == 2);
  CHECK(root.at("/e^f")->as_integer() == 3);
  CHECK(root.at("/g|h")->as_integer() == 4);
  CHECK(root.at("/i\\j")->as_integer() == 5);
  CHECK(root.at("/k\"l")->as_integer() == 6);
  CHECK(root.at("/ ")->as_integer() == 7);
  CHECK(root.at("/m~0n")->as_integer() == 8);
}

TEST_CASE("AHostilePointerFindsNothing") {
  const auto document = parsed(R"({"a":[10,11],"~":1,"01":2})");
  const JsonValue& root = document->root();
  for (const char* pointer : {"a",
                              "/b",
                              "/a/-",
                              "/a/00",
                              "/a/01",
                              "/a/2",
                              "/a/-1",
                              "/a/+1",
                              "/a/ 1",
                              "/a/1x",
                              "/a/",
                              "/a//",
                              "/a/0/0",
                              "/a/99999999999999999999999",
                              "/a/18446744073709551616",
                              "/~",
                              "/~2",
                              "/a/0x1",
                              "//",
                              "/a~1b"}) {
    INFO(pointer);
    CHECK(root.at(pointer) == nullptr);
  }
  CHECK(root.at(std::string_view("/\0", 2)) == nullptr);
  CHECK(root.at("/01")->as_integer() == 2);
  CHECK(root.at("/~0")->as_integer() == 1);
  CHECK(root.at(std::string(1 << 20, '/')) == nullptr);
}

TEST_CASE("OfANameThatIsThereTwiceTheLastCounts") {
  const auto document = parsed(R"({"a":1,"b":2,"a":3})");
  CHECK(document->root().at("/a")->as_integer() == 3);
  CHECK(document->root().size() == 3);
  CHECK(document->dump(document->root()) == R"({"a":1,"b":2,"a":3})");
}

TEST_CASE("DumpIsCompactAndReadsBackTheSame") {
  CHECK(round_trip(" { \"z\" : [ 1 , -0.0 , true , null ] , \"a\" : \"\\\"\\\\\\n\\u001f\\u0000/\" } ") ==
        R"({"z":[1,-0.0,true,null],"a":"\"\\\n\u001f\u0000/"})");
  const std::string once = round_trip(R"(["é","😀","",{}])");
  CHECK(round_trip(once) == once);
  CHECK(round_trip("\"x\"") == "\"x\"");
}

TEST_CASE("DumpOfAPartLivesUntilTheNextOfItsDocument") {
  const auto first = parsed("[1,[2]]");
  const auto second = parsed("[3]");
  const std::string_view part = first->dump(*first->root().element(1));
  CHECK(second->dump(second->root()) == "[3]");
  CHECK(part == "[2]");
}

TEST_CASE("ErrorsSayWhereAndWhy") {
  CHECK(error_of("") == "line 1, column 1: the text is empty");
  CHECK(error_of("{\"a\": tru}").find("line 1, column 10: ") == 0);
  CHECK(error_of("{\"a\": tru}").find("invalid literal") != std::string::npos);
  CHECK(error_of("[1,\n 2,\n x]").find("line 3, column 2: ") == 0);
  CHECK(error_of("[1] 2").find("line 1, column 5: ") == 0);
  CHECK(error_of("{\"a\":1").find("unexpected end of input") != std::string::npos);
  CHECK(error_of("1e999").find("number overflow") != std::string::npos);
  for (const char* text :
       {"[1,]", "{'a':1}", "nan", "01", "[1 2]", "\"\t\"", "// x\n1", "\"\\ud800\"", "{\"a\"}", "]"}) {
    INFO(text);
    CHECK(error_of(text).find("line 1, column ") == 0);
  }
}

TEST_CASE("TextThatIsNotUtf8IsAnErrorWithItsPlace") {
  const std::string error = error_of("[\"ok\",\n\"\xff\xfe\"]");
  CHECK(error.find("line 2, column 2: ") == 0);
  CHECK(error.find("UTF-8") != std::string::npos);
  CHECK(error.find('\xff') == std::string::npos);
}

TEST_CASE("AnErrorQuotesNoWholeDocument") {
  const std::string error = error_of("\"" + std::string(1 << 20, 'x'));
  CHECK(error.size() < 400);
  CHECK(error.find("missing closing quote") != std::string::npos);
}

TEST_CASE("NestingHasALimit") {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  const auto deepest = parsed(nested(256));
  CHECK(deepest->dump(deepest->root()) == nested(256));
  CHECK(error_of(nested(257)) == "line 1, column 257: nested deeper than 256");
  CHECK(error_of("[\"[[{\\\"\",\n" + nested(256)) == "line 2, column 256: nested deeper than 256");
  // No stack grows with the text.
  CHECK(error_of(std::string(100u << 20, '[')) == "line 1, column 257: nested deeper than 256");
  std::string objects;
  for (int i = 0; i < 300; ++i) objects += "{\"a\":";
  CHECK(error_of(objects) == "line 1, column 1281: nested deeper than 256");
}

TEST_CASE("SizeHasALimit") {
  // Refused by its size alone: the bytes behind the first are never read.
  CHECK(error_of(std::string_view("1", JsonDocument::max_bytes + 1)) == "the text is larger than 256 MiB");
}

TEST_CASE("ManySiblingsKeepTheirOrderAndNames") {
  std::string text = "{";
  for (int i = 0; i < 5000; ++i)
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":[" + std::to_string(i) + "]";
  text += "}";
  const auto document = parsed(text);
  REQUIRE(document->root().size() == 5000);
  for (uint64_t i = 0; i < 5000; i += 499) {
    const JsonValue& value = *document->root().element(i);
    CHECK(value.name() == "k" + std::to_string(i));
    CHECK(value.at("/0")->as_integer() == static_cast<int64_t>(i));
    CHECK(&value.document() == document.get());
  }
  CHECK(document->dump(document->root()) == text);
}
