#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

namespace {

const char* const document =
    R"({"items": [{"id": 1, "tags": ["a"]}, {"id": 2, "tags": []}], "a.b": {"c": 3}})";

/// What `body` makes of the document, or the failure's message.
template <class Body>
std::string answer(Body body) {
  Session session;
  std::string text;
  session.run([&](CountedPage&) { text = body(e2e::parse_json(document)); });
  return session.host.failures.empty() ? text : session.host.failures[0].message;
}
std::string at(const char* path) {
  return answer([&](const e2e::Json& json) { return json.path(path).dump(); });
}
std::string all(const char* path) {
  return answer([&](const e2e::Json& json) {
    std::string text;
    for (const auto& value : json.all(path)) text += value.dump() + " ";
    return text;
  });
}

}  // namespace

TEST_CASE("PathsNameOneValue", "[sdk]") {
  CHECK(at("items[1].id") == "2");
  CHECK(at("$.items[0].tags[0]") == "\"a\"");
  CHECK(at("['a.b'].c") == "3");
  CHECK(at("[\"a.b\"]['c']") == "3");
  CHECK(at("") == answer([](const e2e::Json& json) { return json.dump(); }));
}

TEST_CASE("AStarStandsForAll", "[sdk]") {
  CHECK(all("items[*].id") == "1 2 ");
  CHECK(all("items[*].tags[*]") == "\"a\" ");
  CHECK(all("*.c") == "3 ");
  CHECK(all("items[7].id").empty());
  CHECK(all("nothing.here").empty());
}

TEST_CASE("APathThatLeadsNowhereSaysWhereItEnds", "[sdk]") {
  CHECK(at("items[0].name") ==
        "the text given to parse_json(): no value at /items/0/name; /items/0 is an object with the members "
        "\"id\", \"tags\"");
  CHECK(at("items[*]") == "\"items[*]\" may be several values: use all()");
}

TEST_CASE("MalformedPathsAreRefused", "[sdk]") {
  for (const char* bad :
       {"a..b", "items[", "items[x]", "items[-1]", "['a", "['a'", "items[0]id", ".", "a."}) {
    INFO(bad);
    CHECK(at(bad) == "\"" + std::string(bad) +
                         "\" is no path: it has names with dots between, [0] for an element, ['a.b'] for any "
                         "name, and [*] for all");
  }
}
