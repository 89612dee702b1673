#include "events/replay.hpp"

#include <e2e_catch.hpp>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "events/event_json.hpp"

using namespace e2e::host;

namespace {

/// Lines of a run of the tests a::m::0, a::m::1, ... that may be tried twice.
class Lines {
 public:
  explicit Lines(int tests) {
    RunStarted run;
    run.workers = 2;
    for (int i = 0; i < tests; ++i) {
      TestInfo& test = run.tests.emplace_back();
      test.id = "a::m::" + std::to_string(i);
      test.service = "a";
      test.max_attempts = 2;
    }
    add(run);
  }
  Lines& add(decltype(Event::fact) fact) {
    ++sequence_;
    lines.push_back(writer_.line({sequence_, static_cast<int64_t>(sequence_) * 10, std::move(fact)}));
    return *this;
  }
  Lines& skip() {
    ++sequence_;
    return *this;
  }
  Lines& attempt(uint32_t test, Status status, uint32_t number = 1) {
    add(AttemptStarted{test, number, 1, 0});
    AttemptFinished finished;
    finished.test = test;
    finished.attempt = number;
    finished.status = status;
    if (status == Status::skipped) finished.reason = "down";
    return add(finished);
  }
  std::vector<std::string> lines;

 private:
  EventWriter writer_;
  uint64_t sequence_ = 0;
};

RunFinished finished(int exit_code) {
  RunFinished run;
  run.exit_code = exit_code;
  return run;
}

std::vector<Event> replayed(const std::vector<std::string>& lines, const std::string& piece = "",
                            bool is_going_on = false) {
  std::vector<Event> events;
  Replay replay([&](const Event& event) { events.push_back(event); });
  for (const std::string& line : lines) replay.take_line(line);
  replay.finish(piece, is_going_on);
  return events;
}

template <typename Fact>
std::vector<Fact> all(const std::vector<Event>& events) {
  std::vector<Fact> found;
  for (const Event& event : events)
    if (const auto* fact = std::get_if<Fact>(&event.fact)) found.push_back(*fact);
  return found;
}

std::vector<std::string> written(const std::vector<Event>& events) {
  std::vector<std::string> lines;
  EventWriter writer;
  for (const Event& event : events) lines.push_back(writer.line(event));
  return lines;
}

}  // namespace

TEST_CASE("AWholeJournalIsReplayedAsItIs") {
  Lines run(2);
  run.attempt(0, Status::passed).add(TestFinished{0, Outcome::passed, 1, ""});
  run.attempt(1, Status::failed).attempt(1, Status::passed, 2).add(TestFinished{1, Outcome::flaky, 2, ""});
  run.add(finished(0));
  CHECK(written(replayed(run.lines)) == run.lines);
  CHECK(written(replayed({run.lines.begin(), run.lines.end() - 1}, run.lines.back())) == run.lines);
}

TEST_CASE("WhatFinishedStaysAndTheRestIsNotRun") {
  Lines run(8);
  run.attempt(0, Status::passed).add(TestFinished{0, Outcome::passed, 1, ""});
  run.attempt(1, Status::passed);                                // its test_finished was not written any more
  run.attempt(2, Status::failed).attempt(2, Status::passed, 2);  // nor here
  run.attempt(3, Status::failed).attempt(3, Status::timed_out, 2);
  run.attempt(4, Status::failed);  // to be tried once more
  run.attempt(5, Status::skipped);
  run.add(AttemptStarted{6, 1, 2, 1});
  const std::vector<Event> events = replayed(run.lines, R"({"seq":99,"t":1,"ev)");
  const auto tests = all<TestFinished>(events);
  REQUIRE(tests.size() == 8);
  const std::vector<Outcome> expected = {Outcome::passed,  Outcome::passed,  Outcome::flaky,
                                         Outcome::failed,  Outcome::not_run, Outcome::skipped,
                                         Outcome::not_run, Outcome::not_run};
  for (size_t i = 0; i < 8; ++i) {
    CAPTURE(i);
    CHECK(tests[i].test == i);
    CHECK(tests[i].outcome == expected[i]);
  }
  CHECK(tests[5].reason == "down");
  CHECK(tests[6].reason == "the host died while it ran");
  CHECK(tests[7].reason == "stopped by the host's death");
  const auto attempts = all<AttemptFinished>(events);
  CHECK(attempts.back().test == 6);
  CHECK(attempts.back().status == Status::interrupted);
  CHECK(attempts.back().worker == 2);
  const auto ends = all<RunFinished>(events);
  REQUIRE(ends.size() == 1);
  CHECK(ends[0].is_cut_off);
  CHECK(ends[0].exit_code == 4);
  CHECK(ends[0].stopped_by == "the host's death");
  CHECK(ends[0].passed == 2);
  CHECK(ends[0].not_run == 3);
  CHECK(std::holds_alternative<RunFinished>(events.back().fact));
}

TEST_CASE("ARunThatIsGoingOnIsNotSaidToBeDead") {
  Lines run(2);
  run.add(AttemptStarted{0, 1, 2, 1});
  const std::vector<Event> events = replayed(run.lines, "", true);
  CHECK(all<AttemptFinished>(events).at(0).reason == "it was still running");
  CHECK(all<TestFinished>(events).at(1).reason == "the run is still going on");
  CHECK(all<RunFinished>(events).at(0).stopped_by.empty());
}

TEST_CASE("TheTestThatTookTheHostWithItHasCrashed") {
  Lines run(2);
  run.add(AttemptStarted{1, 1, 1, 0});
  run.lines.push_back(
      R"({"event":"run_crashed","signal":11,"running":[{"test_index":1,"attempt":1,"slot":0}]})");
  const std::vector<Event> events = replayed(run.lines);
  const auto attempt = all<AttemptFinished>(events).at(0);
  CHECK(attempt.status == Status::crashed);
  CHECK(attempt.crash.at(0).what == "killed by SIGSEGV");
  CHECK(all<TestFinished>(events).at(1).outcome == Outcome::failed);

  Lines two(2);
  two.add(AttemptStarted{0, 1, 1, 0}).add(AttemptStarted{1, 1, 2, 1});
  two.lines.push_back(R"({"event":"run_crashed","signal":11,"running":[{"test_index":0,"attempt":1},)"
                      R"({"test_index":1,"attempt":1}]})");
  for (const auto& each : all<AttemptFinished>(replayed(two.lines))) {
    CHECK(each.status == Status::interrupted);
    CHECK(each.reason == "the host was killed by SIGSEGV, by this test or by another that was running");
  }
}

TEST_CASE("UnknownEventsAreNoDamage") {
  Lines run(1);
  run.lines.push_back(R"({"seq":2,"t":11,"event":"moon_rose"})");
  run.skip().attempt(0, Status::passed).add(TestFinished{0, Outcome::passed, 1, ""}).add(finished(0));
  const std::vector<Event> events = replayed(run.lines);
  CHECK(all<Trouble>(events).empty());
  CHECK(all<RunFinished>(events).at(0).exit_code == 0);
}

TEST_CASE("DamageIsToldAndMakesTheRunNoGreenOne") {
  Lines run(1);
  run.attempt(0, Status::passed).add(TestFinished{0, Outcome::passed, 1, ""}).add(finished(0));
  std::vector<std::string> lines = run.lines;
  lines[3] = "{\"seq\":4,\x80";
  std::vector<Event> events = replayed(lines);
  CHECK(all<Trouble>(events).at(0).text ==
        "the journal is damaged, 1 of its lines was passed over or missing; line 4: it is no JSON object");
  CHECK(all<TestFinished>(events).at(0).outcome == Outcome::passed);
  CHECK(all<RunFinished>(events).at(0).exit_code == 4);

  lines = run.lines;
  lines.erase(lines.begin() + 2);
  events = replayed(lines);
  CHECK(all<Trouble>(events).at(0).text.find("line 3: 1 events are missing before it") != std::string::npos);
  CHECK(all<RunFinished>(events).at(0).exit_code == 4);
}

TEST_CASE("EventsThatCanNotFollowArePassedOver") {
  Lines run(1);
  run.attempt(0, Status::passed);
  run.add(AttemptStarted{0, 1, 1, 0});  // once more
  run.add(TestFinished{0, Outcome::passed, 1, ""});
  run.add(TestFinished{0, Outcome::failed, 1, ""});  // twice
  run.attempt(0, Status::failed, 2);                 // behind its end
  run.add(finished(0)).add(finished(1));             // behind the run's
  const std::vector<Event> events = replayed(run.lines);
  CHECK(all<AttemptFinished>(events).size() == 1);
  CHECK(all<TestFinished>(events).size() == 1);
  CHECK(all<RunFinished>(events).size() == 1);
  CHECK(all<RunFinished>(events).at(0).exit_code == 4);
}

TEST_CASE("ASecondRunInAJournalChangesNothingOfTheFirst") {
  Lines first(1), second(300);
  second.attempt(299, Status::passed).attempt(0, Status::passed).add(finished(0));
  std::vector<std::string> lines = first.lines;
  lines.insert(lines.end(), second.lines.begin(), second.lines.end());
  const auto events = replayed(lines);
  REQUIRE(all<RunStarted>(events).size() == 1);
  CHECK(all<RunStarted>(events)[0].tests.size() == 1);
  const auto attempts = all<AttemptFinished>(events);
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].test == 0);
  REQUIRE(all<Trouble>(events).size() == 1);
  CHECK(all<Trouble>(events)[0].text.find("line 2: the run has started already") != std::string::npos);
}

TEST_CASE("TimesOfAllAttemptsCanBeAddedUp") {
  Lines run(2000);
  AttemptFinished attempt;
  attempt.duration_ns = EventReader::max_time_ns;
  for (uint32_t i = 0; i < 2000; ++i) {
    attempt.test = i;
    run.add(attempt);
  }
  int64_t sum = 0;
  for (const auto& each : all<AttemptFinished>(replayed(run.lines))) sum += each.duration_ns;
  CHECK(sum == int64_t{1} << 62);
}

TEST_CASE("WhatBeginsWithNoRunIsRefused") {
  Replay replay([](const Event&) {});
  CHECK_THROWS_AS(replay.take_line(R"({"seq":1,"t":0,"event":"trouble","text":"x"})"), BadEvent);
  CHECK_THROWS_AS(replay.take_line("\x7f"
                                   "ELF"),
                  BadEvent);
  CHECK_FALSE(replay.has_started());
}
