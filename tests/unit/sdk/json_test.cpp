#include "e2e_catch.hpp"
#include "fake_json.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

namespace {

/// The message of the failure that `body` ends with, given the parsed `document`.
template <class Body>
std::string json_failure_of(const char* document, Body body) {
  Session session;
  session.run([&](CountedPage&) { body(e2e::parse_json(document)); });
  return session.host.failures.size() == 1 ? session.host.failures[0].message : "no failure";
}

}  // namespace

TEST_CASE("JsonIsReadByTypeIndexAndPointer", "[sdk]") {
  Session session;
  const auto rc = session.run([&](CountedPage&) {
    const e2e::Json json = e2e::parse_json(
        R"({"id":"u1","n":-7,"pi":3.5,"ok":true,"none":null,"list":[1,"two",{"x":3}],"a/b~c":9})");
    CHECK(json["id"].as_string() == "u1");
    CHECK(json["n"].as_int() == -7);
    CHECK(json["n"].as_double() == -7.0);
    CHECK(json["pi"].as_double() == 3.5);
    CHECK(json["ok"].as_bool());
    CHECK(json["none"].is_null());
    CHECK(json["list"].size() == 3);
    CHECK(json["list"][2]["x"].as_int() == 3);
    CHECK(json.at("/list/1").as_string() == "two");
    CHECK(json["a/b~c"].as_int() == 9);
    CHECK(json["a/b~c"].pointer() == "/a~1b~0c");
    CHECK(json.contains("id"));
    CHECK_FALSE(json.contains("id2"));
    CHECK(json.type() == e2e::JsonType::object);
    CHECK(json.keys() == std::vector<std::string>{"id", "n", "pi", "ok", "none", "list", "a/b~c"});
    CHECK(json["list"].dump() == R"([1,"two",{"x":3}])");
    std::string pointers;
    for (const e2e::Json& item : json["list"]) pointers += item.pointer() + " ";
    CHECK(pointers == "/list/0 /list/1 /list/2 ");
  });
  CHECK(rc == E2E_PASS);
}

TEST_CASE("JsonComparesWithPlainValues", "[sdk]") {
  Session session;
  const auto rc = session.run([&](CountedPage&) {
    const e2e::Json json =
        e2e::parse_json(R"({"id":"u1","n":1,"d":1.0,"ok":true,"none":null,"o":{"a":1,"b":[2]}})");
    const std::string id = "u1";
    E2E_CHECK(json["id"] == id);
    E2E_CHECK(id == json["id"]);
    E2E_CHECK(json["id"] != "u2");
    E2E_CHECK(json["n"] == 1);
    E2E_CHECK(json["n"] == json["d"]);
    E2E_CHECK(json["n"] != true);
    E2E_CHECK(json["ok"] == true);
    E2E_CHECK(json["none"] == nullptr);
    E2E_CHECK(json["none"] != 0);
    E2E_CHECK(json["o"] == e2e::object({{"b", e2e::array({2})}, {"a", 1}}));
    E2E_CHECK(json["o"] != e2e::object({{"a", 1}}));
    E2E_CHECK(json["o"] != e2e::object({{"a", 1}, {"c", e2e::array({2})}}));
    E2E_CHECK(json["o"]["b"] == std::vector<int>{2});
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.failures.empty());

  session.run([&](CountedPage&) { E2E_CHECK(e2e::parse_json(R"({"id":"u1"})")["id"] == "u2"); });
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].actual == "\"u1\"");
  CHECK(session.host.failures[0].expected == "\"u2\"");
}

TEST_CASE("MissingPointerNamesWhatIsThere", "[sdk]") {
  const char* const document = R"({"user":{"name":"x","mail":"y"},"list":[1,2],"one":[1],"n":null,"e":{}})";
  const std::string origin = "the text given to parse_json(): ";
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json.at("/user/id"); }) ==
        origin + "no value at /user/id; /user is an object with the members \"name\", \"mail\"");
  CHECK(
      json_failure_of(document, [](const e2e::Json& json) { json.at("/nope/deeper"); }) ==
      origin +
          "no value at /nope/deeper; the document is an object with the members \"user\", \"list\", \"one\", "
          "\"n\", \"e\"");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["user"]["id"]; }) ==
        origin + "no value at /user/id; /user is an object with the members \"name\", \"mail\"");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["list"][2]; }) ==
        origin + "no value at /list/2; /list is an array of 2 elements");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["one"][-1]; }) ==
        origin + "no value at /one/-1; /one is an array of 1 element");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json.at("/n/x"); }) ==
        origin + "no value at /n/x; /n is null");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json.at("/e/x"); }) ==
        origin + "no value at /e/x; /e is an empty object");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json.at("/user/name/x"); }) ==
        origin + "no value at /user/name/x; /user/name is \"x\"");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json.at("user"); }) ==
        origin + "\"user\" is no JSON pointer: it has to begin with '/'");
}

TEST_CASE("WrongTypeNamesPathAndTypes", "[sdk]") {
  const char* const document = R"({"s":"x","f":1.5,"a":[]})";
  const std::string origin = "the text given to parse_json(): ";
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["s"].as_int(); }) ==
        origin + "the value at /s is a string, not an integer");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["f"].as_int(); }) ==
        origin + "the value at /f is a number, not an integer");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["a"].as_string(); }) ==
        origin + "the value at /a is an array, not a string");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json.as_bool(); }) ==
        origin + "the document is an object, not a bool");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["s"].as_double(); }) ==
        origin + "the value at /s is a string, not a number");
  CHECK(json_failure_of(document, [](const e2e::Json& json) { json["s"][0]; }) ==
        origin + "the value at /s is a string, not an array");
}

TEST_CASE("TextThatIsNotJsonFailsWithItsBeginning", "[sdk]") {
  CHECK(json_failure_of("<html>", [](const e2e::Json&) {}) ==
        "the text given to parse_json() is not JSON: syntax error; it begins with \"<html>\"");
}

TEST_CASE("JsonValuesSerialise", "[sdk]") {
  CHECK(e2e::object().text() == "{}");
  CHECK(e2e::array().text() == "[]");
  CHECK(e2e::object({{"a", "b"}}).text() == R"({"a":"b"})");
  CHECK(e2e::object({{"s", std::string("\"\\\n\x01\xc3\xa9")}}).text() ==
        "{\"s\":\"\\\"\\\\\\n\\u0001\xc3\xa9\"}");
  CHECK(e2e::object(
            {{"i", -1}, {"u", 18446744073709551615u}, {"d", 0.5}, {"w", 2.0}, {"t", true}, {"n", nullptr}})
            .text() == R"({"i":-1,"u":18446744073709551615,"d":0.5,"w":2.0,"t":true,"n":null})");
  CHECK(e2e::array({1, "x", e2e::array({2}), e2e::object({{"k", 'c' == 'c'}})}).text() ==
        R"([1,"x",[2],{"k":true}])");
  CHECK(e2e::JsonValue(std::vector<std::string>{"a", "b"}).text() == R"(["a","b"])");
  CHECK(e2e::JsonValue(std::optional<int>()).text() == "null");
  CHECK(e2e::JsonValue(std::optional<int>(3)).text() == "3");
  CHECK(e2e::JsonValue(static_cast<const char*>(nullptr)).text() == "null");
}

TEST_CASE("NumberThatJsonHasNotFailsTheTest", "[sdk]") {
  Session session;
  session.run([](CountedPage&) { e2e::array({0.0 / 0.0 * 1}); });
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "JSON has no NaN");
}

TEST_CASE("DocumentIsFreedWithItsLastValue", "[sdk]") {
  Session session;
  const auto before = e2e_fake::live_documents();
  std::optional<e2e::Json> kept;
  session.run([&](CountedPage&) {
    e2e::Json inner = e2e::parse_json(R"({"a":{"b":1}})")["a"];
    kept = inner;
    inner = e2e::parse_json("2");
    CHECK(e2e_fake::live_documents() == before + 2);
  });
  CHECK(e2e_fake::live_documents() == before + 1);
  CHECK(kept->dump() == R"({"b":1})");
  kept.reset();
  CHECK(e2e_fake::live_documents() == before);
}
