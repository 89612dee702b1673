#include "stream_reader.hpp"

#include <e2e_catch.hpp>
#include <string>

using namespace e2e::host;

namespace {

const std::string started =
    R"({"seq":1,"t":0,"event":"run_started","schema":1,"run_id":"r","tests":[)"
    R"({"id":"users::01_a::first","service":"users","module":"01_a","name":"first","file":"a.cpp","line":3,"max_attempts":1},)"
    R"({"id":"users::01_a::second","service":"users","module":"01_a","name":"second","max_attempts":2},)"
    R"({"id":"auth::01_b::third","service":"auth","module":"01_b","name":"third","max_attempts":1}]})"
    "\n";
const std::string first_passed =
    R"({"seq":4,"t":9,"event":"attempt_finished","test":"users::01_a::first","attempt":1,"status":"passed","start_ns":1,"duration_ns":2500000})"
    "\n"
    R"({"seq":5,"t":9,"event":"test_finished","test":"users::01_a::first","outcome":"passed","attempts":1})"
    "\n";
const std::string second_failed =
    R"({"seq":6,"t":9,"event":"attempt_finished","test":"users::01_a::second","attempt":1,"status":"failed","duration_ns":1000000,)"
    R"("failures":[{"file":"m.cpp","line":7,"expression":"a == b","actual":"1","expected":"2"},{"message":"and this"}],"exchanges":[{"url":"x"}]})"
    "\n"
    R"({"seq":7,"t":9,"event":"attempt_finished","test":"users::01_a::second","attempt":2,"status":"crashed","duration_ns":1000000,)"
    R"("crash":{"what":"SIGSEGV"}})"
    "\n"
    R"({"seq":8,"t":9,"event":"test_finished","test":"users::01_a::second","outcome":"failed","attempts":2})"
    "\n";
const std::string finished =
    R"({"seq":9,"t":9,"event":"run_finished","passed":1,"failed":1,"exit_code":1,"stopped_by":"--fail-fast"})"
    "\n";

SuiteResults read(const std::string& lines) {
  StreamReader reader;
  reader.feed(lines);
  return reader.take_results();
}

}  // namespace

TEST_CASE("AStreamBecomesCountsAndTestsOfEachService") {
  const SuiteResults results = read(started + first_passed + second_failed + finished);
  REQUIRE(results.size() == 2);
  const SuiteResult& users = results.at("users");
  CHECK(users.passed == 1);
  CHECK(users.failed == 1);
  CHECK(users.total == 2);
  CHECK_FALSE(users.is_ok());
  REQUIRE(users.tests.size() == 2);
  CHECK(users.tests[0].id == "users::01_a::first");
  CHECK(users.tests[0].module == "01_a");
  CHECK(users.tests[0].name == "first");
  CHECK(users.tests[0].outcome == TestOutcome::passed);
  CHECK(users.tests[0].duration_ms == 2.5);
  CHECK(users.tests[0].file == "a.cpp");
  CHECK(users.tests[0].line == 3);
  CHECK(results.at("auth").not_run == 1);
  CHECK(results.at("auth").tests[0].outcome == TestOutcome::not_run);
}

TEST_CASE("WhatTheLastAttemptSaidCounts") {
  const SuiteResults before = read(started + second_failed.substr(0, second_failed.find('\n') + 1));
  CHECK(before.at("users").tests[1].failure == "a == b   actual: 1   expected: 2\nand this");
  CHECK(before.at("users").tests[1].file == "m.cpp");
  CHECK(before.at("users").tests[1].line == 7);
  const SuiteResults after = read(started + second_failed);
  CHECK(after.at("users").tests[1].failure.empty());
  CHECK(after.at("users").tests[1].reason == "SIGSEGV");
  CHECK(after.at("users").tests[1].attempts == 2);
  CHECK(after.at("users").tests[1].duration_ms == 2.0);
}

TEST_CASE("PiecesOfAnySizeAreTheSameAsTheWhole") {
  const std::string all = started + first_passed + second_failed + finished;
  for (const size_t size : {size_t{1}, size_t{7}, size_t{100}}) {
    StreamReader reader;
    for (size_t at = 0; at < all.size(); at += size) reader.feed(std::string_view(all).substr(at, size));
    CHECK(reader.exit_code() == 1);
    CHECK(reader.stopped_by() == "--fail-fast");
    CHECK(reader.take_results().at("users").passed == 1);
  }
}

TEST_CASE("ATornLastLineIsNone") {
  const std::string all = started + first_passed;
  StreamReader reader;
  reader.feed(all.substr(0, all.size() - 1));
  CHECK_FALSE(reader.exit_code().has_value());
  CHECK(reader.take_results().at("users").not_run == 2);
  // At whatever byte the stream breaks off, nothing is taken for more than it said.
  for (size_t size = 0; size < all.size(); ++size) {
    StreamReader torn;
    torn.feed(std::string_view(all).substr(0, size));
    const SuiteResults results = torn.take_results();
    if (torn.has_started()) {
      CHECK(results.at("users").passed == 0);
      CHECK(results.at("users").total == 2);
    } else {
      CHECK(results.empty());
    }
  }
}

TEST_CASE("WhatIsNotUnderstoodIsPassedOver") {
  const SuiteResults results = read(
      "nonsense\n\n[1,2]\n{\"event\":5}\n{\"event\":\"run_started\"\n" + started +
      R"({"event":"moon_rose","test":"users::01_a::first"})"
      "\n"
      R"({"event":"attempt_finished","test":"users::01_a::first","duration_ns":"long","failures":{"a":1},"reason":[]})"
      "\n"
      R"({"event":"attempt_finished","test":"nobody","duration_ns":1})"
      "\n"
      R"({"event":"test_finished","test":7,"outcome":"passed"})"
      "\n"
      R"({"event":"test_finished","test":"users::01_a::second","outcome":"unheard_of","attempts":-1,"more":{}})"
      "\n" +
      first_passed);
  CHECK(results.at("users").tests[0].outcome == TestOutcome::passed);
  CHECK(results.at("users").tests[1].outcome == TestOutcome::failed);
  CHECK(results.at("users").tests[1].attempts == 0);
}

TEST_CASE("ALineThatIsTooLongIsPassedOverAndTheNextIsRead") {
  StreamReader reader(started.size());
  reader.feed(started);
  reader.feed(std::string(started.size() + 10, 'x'));
  reader.feed(std::string(10, 'x') + "\n" + first_passed);
  CHECK(reader.take_results().at("users").passed == 1);
}

TEST_CASE("AnUnknownSchemaEndsTheReading") {
  StreamReader reader;
  reader.feed(R"({"event":"run_started","schema":2,"tests":[{"id":"a::b::c","service":"a"}]})"
              "\n" +
              started);
  CHECK(reader.unknown_schema() == 2u);
  CHECK_FALSE(reader.has_started());
  CHECK(reader.take_results().empty());
}

TEST_CASE("TroublesAndFixturesThatFailedAreKept") {
  StreamReader reader;
  reader.feed(
      started +
      R"({"event":"trouble","text":"the launcher was lost"})"
      "\n"
      R"({"event":"fixture_failed","service":"users","phase":"after_all","failures":[{"expression":"x"}]})"
      "\n");
  REQUIRE(reader.troubles().size() == 1);
  CHECK(reader.troubles()[0] == "the launcher was lost");
  const SuiteResults results = reader.take_results();
  REQUIRE(results.at("users").fixture_failures.size() == 1);
  CHECK(results.at("users").fixture_failures[0] == "after_all: x");
  CHECK_FALSE(results.at("users").is_ok());
}
