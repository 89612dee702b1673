// Holds docs/events.schema.json to what the host writes.
#include <e2e_catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "events/event_json.hpp"
#include "every_event.hpp"
#include "json_schema.hpp"

using namespace e2e::host;
using nlohmann::json;

namespace {

const char* const schema_file = E2E_SOURCE_FOLDER "/docs/events.schema.json";

}  // namespace

TEST_CASE("EveryEventIsInTheSchemaWithEachOfItsMembers") {
  const auto schema = e2e_test::JsonSchema::of_file(schema_file),
             strict = e2e_test::JsonSchema::of_file(schema_file, true);
  EventWriter writer;
  for (const Event& event : every_event("x")) {
    const json line = json::parse(writer.line(event));
    INFO(line.dump());
    CHECK(strict.problems(line).empty());
    CHECK(schema.problems(line).empty());
    json more = line;
    more["more"] = 1;
    CHECK(schema.problems(more).empty());
    CHECK_FALSE(strict.problems(more).empty());
  }
}

TEST_CASE("TheSchemaDemandsWhatReadersMayCountOn") {
  const auto schema = e2e_test::JsonSchema::of_file(schema_file);
  EventWriter writer;
  for (const Event& event : every_event("x")) {
    const json line = json::parse(writer.line(event));
    for (const char* member : {"seq", "t", "event"}) {
      json less = line;
      less.erase(member);
      INFO(less.dump());
      CHECK_FALSE(schema.problems(less).empty());
    }
  }
  json finished =
      json::parse(R"({"seq":1,"t":2,"event":"test_finished","test":"a","outcome":"passed","attempts":1})");
  CHECK(schema.problems(finished).empty());
  finished["outcome"] = "great";
  CHECK_FALSE(schema.problems(finished).empty());
  CHECK(schema.problems(json::parse(R"({"seq":1,"t":2,"event":"moon_rose","phase":1})")).empty());
}
