#include "events/event_reader.hpp"

#include <e2e_catch.hpp>
#include <string>
#include <vector>

#include "events/as_written.hpp"
#include "events/event_json.hpp"
#include "every_event.hpp"

using namespace e2e::host;

namespace {

const char* const started =
    R"({"seq":1,"t":0,"event":"run_started","schema":1,"run_id":"r","host_version":"1","start_unix_ns":5,)"
    R"("workers":1,"is_parallel":false,"mode":"test","isolation":"none",)"
    R"("tests":[{"id":"a::b::c","service":"a","module":"b","name":"c","max_attempts":1}]})";

/// Why the line is refused behind `started`; "": it is not.
std::string refusal(const std::string& line) {
  EventReader reader;
  reader.read(started);
  try {
    reader.read(line);
  } catch (const BadEvent& bad) {
    return bad.what();
  }
  return "";
}

}  // namespace

TEST_CASE("EveryEventIsReadAsItWasWritten") {
  for (const std::string& text : {std::string("text"), std::string("\"\\\n\x1b[31m\xff\xc3\xa9") + '\0'}) {
    EventWriter writer, again;
    EventReader reader;
    for (const Event& event : every_event(text)) {
      const std::string line = writer.line(event);
      INFO(line);
      const JournalEntry entry = reader.read(line);
      REQUIRE(std::holds_alternative<Event>(entry));
      const Event& read = std::get<Event>(entry);
      CHECK(read.fact.index() == event.fact.index());
      CHECK(again.line(read) == line);
      // What the line says of a text is all that as_written() leaves of it.
      EventWriter third;
      third.line(as_written(every_event(text).front()));
      CHECK(third.line(as_written(event)) == line);
    }
  }
}

TEST_CASE("AsWrittenHasTheTextsThatReadersSee") {
  AttemptFinished attempt;
  attempt.exchanges.emplace_back().request_headers = {{"\xff", "a\xc3"}};
  attempt.stdout_output = {"\xff\xff", "\xff", 10, "", 7};
  const Event event = as_written({2, 0, attempt});
  const auto& fixed = std::get<AttemptFinished>(event.fact);
  CHECK(fixed.exchanges[0].request_headers[0].first == "\xef\xbf\xbd");
  CHECK(fixed.exchanges[0].request_headers[0].second == "a\xef\xbf\xbd");
  CHECK(fixed.stdout_output.tail == "\xef\xbf\xbd");
  CHECK(fixed.stdout_output.omitted_bytes == 7);
}

TEST_CASE("WhatIsNotKnownIsPassedOver") {
  EventReader reader;
  reader.read(started);
  const JournalEntry unknown = reader.read(R"({"seq":2,"t":1,"event":"moon_rose","phase":[1,{"a":null}]})");
  REQUIRE(std::holds_alternative<UnknownEvent>(unknown));
  CHECK(std::get<UnknownEvent>(unknown).sequence == 2);
  const JournalEntry known = reader.read(R"({"seq":3,"t":1,"event":"trouble","text":"x","more":{"a":[]}})");
  CHECK(std::get<Trouble>(std::get<Event>(known).fact).text == "x");
}

TEST_CASE("TheLastWordsOfAHostNameWhatRan") {
  EventReader reader;
  reader.read(started);
  const JournalEntry entry =
      reader.read(R"({"event":"run_crashed","signal":11,"running":[{"test_index":0,"attempt":2,"slot":3}]})");
  const RunCrashed& crashed = std::get<RunCrashed>(entry);
  CHECK(crashed.signal == 11);
  REQUIRE(crashed.running.size() == 1);
  CHECK(crashed.running[0].attempt == 2);
  CHECK(refusal(R"({"event":"run_crashed","signal":11,"running":[{"test_index":1,"attempt":1}]})") ==
        "'test_index' is no number from 0 to 0");
}

TEST_CASE("WhatNoHostWritesIsRefused") {
  CHECK(refusal("") == "it is no JSON object");
  CHECK(refusal("[]") == "it is no JSON object");
  CHECK(refusal(R"({"seq":2,"t":1})") == "it has no 'event'");
  CHECK(refusal(R"({"seq":2,"t":1,"event":7})") == "'event' is no text");
  CHECK(refusal(R"({"seq":-2,"t":1,"event":"trouble"})") ==
        "'seq' is no number from 0 to 9223372036854775807");
  CHECK(refusal(R"({"seq":18446744073709551615,"t":1,"event":"trouble"})") ==
        "'seq' is no number from 0 to 9223372036854775807");
  CHECK(refusal(R"({"seq":2,"t":1e300,"event":"trouble"})") == "'t' is no number from 0 to 4503599627370496");
  CHECK(refusal(R"({"seq":2,"t":1,"event":"trouble","text":["x"]})") == "'text' is no text");
  CHECK(refusal(R"({"seq":2,"t":1,"event":"attempt_started","test":"a::b::d","attempt":1})") ==
        "its test is none of the run's");
  CHECK(refusal(R"({"seq":2,"t":1,"event":"attempt_started","test":"a::b::c","attempt":0})") ==
        "'attempt' is no number from 1 to 16777216");
  CHECK(refusal(R"({"seq":2,"t":1,"event":"test_finished","test":"a::b::c","outcome":"great"})") ==
        "'outcome' is 'great', which is none of its values");
  CHECK(refusal(R"({"seq":2,"t":1,"event":"attempt_finished","test":"a::b::c","attempt":1,"status":"passed",)"
                R"("exchanges":[7]})") == "a list has an item that is no object");
  CHECK(refusal(R"({"seq":2,"t":1,"event":"attempt_finished","test":"a::b::c","attempt":1,"status":"passed",)"
                R"("exchanges":[{"request_headers":[["a"]]}]})") ==
        "'request_headers' has an item that is no pair of texts");
}

// AddressSanitizer sees whether more is read than there is.
TEST_CASE("ALineThatEndsWithinACharacterIsRefused") {
  for (const char* begun : {"\xC3", "\xE2", "\xE2\x82", "\xF0", "\xF0\x9F", "\xF0\x9F\x92"})
    for (const size_t size : {5000, 5001, 5002, 5003})
      CHECK(refusal("{\"event\":\"" + std::string(size, 'a') + begun) == "it is no JSON object");
}

TEST_CASE("ANewerSchemaIsRefusedByName") {
  std::string newer = started;
  newer.replace(newer.find("\"schema\":1"), 10, "\"schema\":2");
  CHECK(refusal(newer) == "its schema is 2, and this version of e2e-host reads 1");
}

TEST_CASE("LinesThatWouldTakeMemoryAreRefusedUnread") {
  const std::string deep = R"({"seq":2,"t":1,"event":"x","a":)" + std::string(100'000, '[');
  CHECK(refusal(deep) == "it has more in it than any event");
  std::string wide = R"({"seq":2,"t":1,"event":"x","a":[)";
  for (int i = 0; i < 4'100'000; ++i) wide += "1,";
  CHECK(refusal(wide + "1]}") == "it has more in it than any event");
  // Brackets in texts are texts.
  CHECK(refusal(R"({"seq":2,"t":1,"event":"trouble","text":")" + std::string(100'000, '[') + R"(\"[[["})")
            .empty());
}

TEST_CASE("NoPieceOfALineIsMoreThanRefused") {
  EventWriter writer;
  const std::vector<Event> events = every_event("x");
  for (const Event& event : events) {
    const std::string line = writer.line(event);
    for (size_t length = 0; length < line.size(); ++length) CHECK(!refusal(line.substr(0, length)).empty());
  }
}
