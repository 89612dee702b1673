#include <e2e/match.hpp>

#include "e2e_catch.hpp"
#include "fake_verify.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;
namespace any = e2e::any;

namespace {

/// The differences of a document and a pattern, a line each; "" if there are none.
std::string differences(const char* document, const e2e::Pattern& pattern) {
  Session session;
  std::string lines;
  const auto rc = session.run([&](CountedPage&) {
    for (const auto& line : e2e::matches(e2e::parse_json(document), pattern).differences())
      lines += (lines.empty() ? "" : "\n") + line;
  });
  CHECK(rc == E2E_PASS);
  return lines;
}

/// The failure that `body` reports of the parsed `document`.
template <class Body>
e2e_fake::Failure match_failure_of(const char* document, Body body) {
  Session session;
  session.run([&](CountedPage&) { body(e2e::parse_json(document)); });
  REQUIRE(session.host.failures.size() == 1);
  return session.host.failures[0];
}

}  // namespace

TEST_CASE("EachKindOfValueMatchesWhatItIs", "[sdk]") {
  const char* const uuid = R"("6ba7b810-9dad-11d1-80b4-00C04fd430c8")";
  CHECK(differences(uuid, any::uuid).empty());
  CHECK(differences(uuid, any::string).empty());
  CHECK(differences("\"\"", any::string).empty());
  CHECK(differences("7", any::integer).empty());
  CHECK(differences("7", any::number).empty());
  CHECK(differences("7.5", any::number).empty());
  CHECK(differences("true", any::boolean).empty());
  CHECK(differences("[]", any::array).empty());
  CHECK(differences("{}", any::object).empty());
  CHECK(differences("null", any::value).empty());
  CHECK(differences("\"2024-02-29\"", any::date).empty());
  CHECK(differences("\"2024-02-29T23:59:60.25+01:00\"", any::date_time).empty());
  CHECK(differences("\"https://example.com/a?b\"", any::url).empty());

  CHECK(differences("\"6ba7b810\"", any::uuid) == R"(the document: expected a UUID, got "6ba7b810")");
  CHECK(differences("7.5", any::integer) == "the document: expected an integer, got 7.5");
  CHECK(differences("\"\"", any::non_empty) == "the document: expected a string that is not empty, got \"\"");
  CHECK(differences("\"2023-02-29\"", any::date) == R"(the document: expected a date, got "2023-02-29")");
  CHECK(differences("\"2024-02-29 23:59\"", any::date_time) ==
        R"(the document: expected a date with a time, got "2024-02-29 23:59")");
  CHECK(differences("\"ftp://x\"", any::url) == R"(the document: expected an http(s) URL, got "ftp://x")");
  CHECK(differences("null", any::string) == "the document: expected a string, got null");
}

TEST_CASE("AnObjectPatternNamesEachPathThatDiffers", "[sdk]") {
  const char* const document =
      R"({"id": 7, "name": "Ada", "address": {"city": "Rome", "a/b": 1}, "extra": true, "note": null})";
  CHECK(differences(document, {{"id", any::integer}, {"name", "Ada"}, {"address", {{"city", any::string}}}})
            .empty());
  CHECK(differences(document, {{"id", any::uuid},
                               {"email", any::string},
                               {"address", {{"city", "Turin"}, {"a/b", 2}}},
                               {"note", e2e::optional(any::string)},
                               {"phone", e2e::optional(any::string)},
                               {"extra", e2e::optional(any::integer)}}) ==
        "/id: expected a UUID, got 7\n"
        "/email: expected a string, but it is missing\n"
        "/address/city: expected \"Turin\", got \"Rome\"\n"
        "/address/a~1b: expected 2, got 1\n"
        "/extra: expected an integer, got true");
  CHECK(differences("[]", {{"id", 7}}) == R"(the document: expected {"id": 7}, got [])");
}

TEST_CASE("ALiteralValueIsComparedWhole", "[sdk]") {
  CHECK(
      differences(R"({"b": 1.0, "a": [1, 2]})", e2e::object({{"a", e2e::array({1, 2})}, {"b", 1}})).empty());
  CHECK(differences(R"({"a": [1, {"x": 2}, 3], "c": 0})",
                    e2e::object({{"a", e2e::array({1, e2e::object({{"x", "2"}})})}, {"b", nullptr}})) ==
        "/a: expected 2 elements, got 3\n"
        "/a/1/x: expected \"2\", got 2\n"
        "/a/2: not expected, got 3\n"
        "/b: expected null, but it is missing\n"
        "/c: not expected, got 0");
}

TEST_CASE("ExactlyAllowsNoOtherMembers", "[sdk]") {
  CHECK(differences(R"({"id": 1})", e2e::exactly({{"id", any::integer}, {"n", e2e::optional(1)}})).empty());
  CHECK(differences(R"({"id": 1, "secret": "x"})", e2e::exactly({{"id", any::integer}})) ==
        "/secret: not expected, got \"x\"");
}

TEST_CASE("ArraysMatchByEachElementInOrderOrInAny", "[sdk]") {
  CHECK(differences("[]", e2e::each(any::string)).empty());
  CHECK(differences(R"([{"id": 1}, {"id": "2"}, 3])", e2e::each({{"id", any::integer}})) ==
        "/1/id: expected an integer, got \"2\"\n"
        "/2: expected {\"id\": an integer}, got 3");
  CHECK(differences(R"([1, "a"])", e2e::elements({any::integer, any::string})).empty());
  CHECK(differences(R"(["a", 1, 2])", e2e::elements({any::integer, 1})) ==
        "the document: expected 2 elements, got 3\n/0: expected an integer, got \"a\"");
  CHECK(differences(R"(["b", "a"])", e2e::any_order({"a", "b"})).empty());
  CHECK(differences(R"(["a", "c"])", e2e::any_order({"a", "b"})) ==
        "the document: no element for \"b\"\n/1: not expected, got \"c\"");
  CHECK(differences(R"(["a", "c", "b"])", e2e::contains({"b", "a"})).empty());
  CHECK(differences(R"(["a"])", e2e::contains({"a", "a"})) == "the document: no element for \"a\"");
  CHECK(differences("7", e2e::contains({1})) == "the document: expected an array that contains [1], got 7");
}

TEST_CASE("AnyOrderFindsAnAssignmentWhereTheFirstOneThatSuitsIsTheWrongOne", "[sdk]") {
  // The first pattern would take 1, which is the only one for the second.
  CHECK(differences("[1, \"a\"]", e2e::any_order({any::value, any::integer})).empty());
  CHECK(differences("[1, 2, \"a\", \"b\"]", e2e::any_order({any::value, any::value, 1, 2})).empty());
}

TEST_CASE("ExpressionsAndFunctionsArePatternsToo", "[sdk]") {
  CHECK(differences("\"usr_12\"", e2e::matching("^usr_[0-9]+$")).empty());
  CHECK(differences("\"user\"", e2e::matching("^usr_")) ==
        R"(the document: expected a string that matches "^usr_", got "user")");
  CHECK(differences("5", e2e::matching("5")) == R"(the document: expected a string that matches "5", got 5)");
  const auto even = e2e::satisfies("an even number", [](const e2e::Json& n) { return n.as_int() % 2 == 0; });
  CHECK(differences("4", even).empty());
  CHECK(differences("[4, 5]", e2e::each(even)) == "/1: expected an even number, got 5");
}

TEST_CASE("ManyDifferencesAreCounted", "[sdk]") {
  std::string document = "[";
  for (int i = 0; i < 50; ++i) document += i ? ",1" : "1";
  const std::string lines = differences((document + "]").c_str(), e2e::each(any::string));
  CHECK(lines.find("/19: expected a string, got 1\nand 30 more") != std::string::npos);
}

TEST_CASE("LongValuesAreCutAtACharacter", "[sdk]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ä";
  const std::string line = differences(("\"" + text + "\"").c_str(), any::integer);
  CHECK(line.substr(line.size() - 5) == "ä...");
  CHECK(line.size() < 170);
}

TEST_CASE("AFailedMatchShowsItsDifferencesInAnyCheck", "[sdk]") {
  const auto hard = match_failure_of(R"({"id": 7})", [](const e2e::Json& json) {
    e2e::assert_matches(json, {{"id", any::uuid}});
    FAIL("it goes on");
  });
  CHECK(hard.flags == 0);
  CHECK(hard.expression == R"(assert_matches(json, {"id": a UUID}))");
  CHECK(hard.message == "/id: expected a UUID, got 7");
  CHECK(hard.actual.empty());

  bool went_on = false;
  const auto soft = match_failure_of(R"({"id": 7})", [&](const e2e::Json& json) {
    CHECK_FALSE(e2e::expect_matches(json, {{"id", any::uuid}}));
    CHECK(e2e::expect_matches(json, {{"id", 7}}));
    went_on = true;
  });
  CHECK(went_on);
  CHECK(soft.flags == E2E_FAILURE_SOFT);
  CHECK(soft.expression == R"(expect_matches(json, {"id": a UUID}))");

  const auto check = match_failure_of(R"({"id": 7})", [](const e2e::Json& json) {
    E2E_CHECK(e2e::matches(json, {{"id", any::uuid}}));
    E2E_CHECK(e2e::matches(json, {{"id", any::integer}}));
  });
  CHECK(check.expression == R"(e2e::matches(json, {{"id", any::uuid}}))");
  CHECK(check.actual == "/id: expected a UUID, got 7");
  CHECK(check.expected == R"({"id": a UUID})");
}

TEST_CASE("AFailedMatchOfAResponseShowsTheExchange", "[sdk]") {
  Session session;
  session.host.answer(200, R"({"id": 7})");
  session.run([](CountedPage& page) { e2e::assert_matches(page.get("/users/7"), {{"id", any::uuid}}); });
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].expression == R"(assert_matches(response, {"id": a UUID}))");
  CHECK(session.host.failures[0].message ==
        "GET http://users.test/users/7 -> 200\n/id: expected a UUID, got 7");
}

TEST_CASE("EqualityOfJsonTellsWhereItEnds", "[sdk]") {
  const auto failure = match_failure_of(R"({"user": {"name": "Ada", "age": 36}})", [](const e2e::Json& json) {
    E2E_CHECK(json["user"] == e2e::object({{"name", "Bob"}, {"age", 36}}));
    E2E_CHECK(json != nullptr);
  });
  CHECK(failure.expression == R"(json["user"] == e2e::object({{"name", "Bob"}, {"age", 36}}))");
  CHECK(failure.actual == R"({"name":"Ada","age":36})");
  CHECK(failure.expected == R"({"name":"Bob","age":36})");
  CHECK(failure.message == R"(/user/name: expected "Bob", got "Ada")");
}

TEST_CASE("ASchemaThatIsNotMetShowsItsProblems", "[sdk]") {
  e2e_fake::schema_answer() = {E2E_FAIL, "/id: wrong\n/name: missing"};
  const auto soft = match_failure_of("{}", [](const e2e::Json& json) {
    CHECK_FALSE(e2e::expect_schema(json, e2e::object({{"type", "object"}})));
  });
  CHECK(soft.flags == E2E_FAILURE_SOFT);
  CHECK(soft.expression == "expect_schema(json, schema)");
  CHECK(soft.message == "/id: wrong\n/name: missing");

  const auto text =
      match_failure_of("{}", [](const e2e::Json& json) { e2e::assert_schema(json, "{broken"); });
  CHECK(text.message.rfind("the schema is not JSON: ", 0) == 0);
  const auto empty = match_failure_of(
      "{}", [](const e2e::Json& json) { e2e::assert_schema(json, e2e::JsonValue::from_text("")); });
  CHECK(empty.message.rfind("the schema is not JSON: ", 0) == 0);

  e2e_fake::schema_answer() = {E2E_ERROR, "the schema can't be used: x"};
  const auto hard = match_failure_of("{}", [](const e2e::Json& json) {
    e2e::expect_schema(json, e2e::object({{"type", "nonsense"}}));
    FAIL("a schema that can't be used ends the test");
  });
  CHECK(hard.message == "the schema can't be used: x");

  e2e_fake::schema_answer() = {};
  Session session;
  CHECK(session.run([](CountedPage& page) { e2e::assert_schema(page.get("/"), e2e::object()); }) == E2E_FAIL);
  CHECK(session.host.failures.at(0).message.find("no JSON: the body is empty") != std::string::npos);
}

TEST_CASE("AnOlderHostSaysThatItCanNotVerify", "[sdk]") {
  Session session;
  session.plugin->deinit(session.ctx);
  session.host.missing_extensions = {E2E_EXT_VERIFY};
  session.plugin->init(session.host.handle(), &session.ctx);
  session.run([](CountedPage&) { static_cast<void>(e2e::is_match("a", "b")); });
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "the host (e2e-host 0.1.0) does not offer e2e.verify/1, which a regular expression needs: update it");
}

TEST_CASE("ABadExpressionEndsTheTest", "[sdk]") {
  const auto failure = match_failure_of(
      "\"x\"", [](const e2e::Json& json) { E2E_CHECK(e2e::matches(json, e2e::matching("("))); });
  CHECK(failure.message == "the regular expression \"(\" can't be used: syntax error");
}

TEST_CASE("DatesAreCheckedByTheCalendar", "[sdk]") {
  for (const char* good :
       {"2024-02-29T00:00:00Z", "2024-12-31t23:59:59.123456z", "1999-01-01T12:00:00-11:30"})
    CHECK(e2e::is_date_time(good));
  for (const char* bad : {"2024-02-30T00:00:00Z", "2024-02-29T24:00:00Z", "2024-02-29T00:00:00", "2024-02-29",
                          "2024-02-29T00:00:00.Z", "2024-02-29T00:00:00+1:00", "2024-13-01T00:00:00Z", ""})
    CHECK_FALSE(e2e::is_date_time(bad));
  CHECK_FALSE(e2e::is_date("1900-02-29"));
  CHECK(e2e::is_date("2000-02-29"));
  CHECK_FALSE(e2e::is_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430cg"));
}
