#include "report/console_reporter.hpp"

#include <algorithm>
#include <e2e_catch.hpp>

#include "sample_run.hpp"

using namespace e2e::host;

namespace {

/// A console reporter and all that it wrote.
class Console {
 public:
  explicit Console(ConsoleOptions options) {
    reporter_ = make_console_reporter(options, [this](std::string_view bytes) {
      text_ += bytes;
      ++calls_;
    });
  }

  /// Says that the fact happened, a millisecond after the last one. Returns what the reporter wrote then.
  std::string say(decltype(Event::fact) fact) {
    text_.clear();
    calls_ = 0;
    ++sequence_;
    reporter_->on_event({sequence_, static_cast<int64_t>(sequence_) * kMs, std::move(fact)});
    CHECK(calls_ <= 1);
    return text_;
  }
  /// Lets time pass since the run started. Returns what the reporter wrote then.
  std::string tick(int64_t time_ns) {
    text_.clear();
    reporter_->on_tick(time_ns);
    return text_;
  }
  std::string pause() {
    text_.clear();
    reporter_->on_pause();
    return text_;
  }
  std::string status(const std::vector<RunningNow>& running, int64_t time_ns) {
    text_.clear();
    reporter_->on_status(running, time_ns);
    return text_;
  }
  std::string attempt(AttemptFinished finished) {
    const std::string started =
        say(AttemptStarted{finished.test, finished.attempt, finished.worker, finished.slot});
    return started + say(std::move(finished));
  }
  std::string end() {
    text_.clear();
    reporter_.reset();
    return text_;
  }

 private:
  std::string text_;
  int calls_ = 0;
  uint64_t sequence_ = 0;
  std::unique_ptr<Reporter> reporter_;  // last: its end may write
};

ConsoleOptions plain() { return {}; }
ConsoleOptions verbose() {
  ConsoleOptions options;
  options.verbose = true;
  return options;
}
ConsoleOptions quiet() {
  ConsoleOptions options = verbose();
  options.quiet = true;
  options.is_terminal = true;
  return options;
}
ConsoleOptions terminal() {
  ConsoleOptions options;
  options.is_terminal = true;
  return options;
}

const std::string kFailureOfT1 =
    "FAIL a::m::t1   [12 ms, worker 2]\n"
    "  services/orders/modules/02_payment.cpp:88\n"
    "  assert_status(response, 201)        actual: 500 Internal Server Error   expected: 201 Created\n"
    "  again: e2e-host run a::m::t1\n";

AttemptFinished failed(uint32_t test, uint32_t attempt = 1) {
  AttemptFinished finished = sample_attempt(test, Status::failed, attempt);
  finished.failures = {sample_failure()};
  return finished;
}

}  // namespace

TEST_CASE("TheHeaderTellsHowTheRunGoes") {
  RunStarted run = sample_run({"a::m::t1"});
  CHECK(Console(plain()).say(run) ==
        "⚡ Parallel execution enabled\n"
        "   Workers: 2    Mode: service    Isolation: process\n"
        "\n");
  run.is_parallel = false;
  run.workers = 1;
  run.mode = Mode::test;
  run.isolation = Isolation::none;
  CHECK(Console(plain()).say(run) ==
        "▶ Sequential execution\n"
        "   Workers: 1    Mode: test    Isolation: none\n"
        "\n");
}

TEST_CASE("AServiceGetsALineWhenItsLastTestIsDone") {
  Console console(plain());
  console.say(sample_run({"a::m::t1", "a::m::t2", "users::m::t3"}));
  CHECK(console.attempt(sample_attempt(0, Status::passed)).empty());
  CHECK(console.say(TestFinished{0, Outcome::passed, 1, ""}).empty());
  CHECK(console.attempt(sample_attempt(2, Status::passed)).empty());
  CHECK(console.say(TestFinished{2, Outcome::passed, 1, ""}) == "✓ users  1 test  2 ms\n");
  CHECK(console.say(TestFinished{1, Outcome::skipped, 0, "no"}) == "✓ a      2 tests, 1 skipped  6 ms\n");
}

TEST_CASE("AServiceThatFailedCountsWhatItsTestsCameTo") {
  Console console(plain());
  console.say(sample_run({"a::m::t1", "a::m::t2", "a::m::t3"}));
  CHECK(console.attempt(failed(0)) == kFailureOfT1 + "\n");
  console.say(TestFinished{0, Outcome::failed, 1, ""});
  CHECK(console.say(FixtureFailed{"a", "after_all", 0, {}, "threw"}) ==
        "FAIL a after_all   [slot 0]\n  threw\n  again: e2e-host run --service a\n\n");
  console.say(TestFinished{1, Outcome::passed, 1, ""});
  CHECK(console.say(TestFinished{2, Outcome::not_run, 0, ""}) ==
        "✗ a  3 tests, 1 failed, 1 not run, 1 fixture failed  5 ms\n");
}

TEST_CASE("AServiceThatDidNotPassIsNotTicked") {
  Console console(plain());
  console.say(sample_run({"a::m::t1", "b::m::t2"}));
  CHECK(console.say(TestFinished{0, Outcome::not_run, 0, ""}) == "– a  1 test, 1 not run\n");
  CHECK(console.say(TestFinished{1, Outcome::skipped, 0, ""}) == "– b  1 test, 1 skipped\n");
}

TEST_CASE("VerboseGivesEachTestALine") {
  Console console(verbose());
  console.say(sample_run({"a::m::t1", "a::m::t2", "a::m::t3", "a::m::t4"}));
  console.attempt(sample_attempt(0, Status::passed));
  CHECK(console.say(TestFinished{0, Outcome::passed, 1, ""}) == "PASS a::m::t1   [12 ms, worker 2]\n");
  console.attempt(sample_attempt(1, Status::skipped));
  CHECK(console.say(TestFinished{1, Outcome::skipped, 1, "b is\ndown"}) == "SKIP a::m::t2   b is\\ndown\n");
  CHECK(console.say(TestFinished{2, Outcome::not_run, 0, "stopped"}) == "NOT RUN a::m::t3   stopped\n");
  CHECK(console.attempt(failed(3)).rfind("\nFAIL a::m::t4   [", 0) == 0);
  CHECK(console.say(TestFinished{3, Outcome::failed, 1, ""}).empty());
}

TEST_CASE("WhatOneCauseDoesToManyTestsIsToldInFullOnce") {
  const auto before_all = [](uint32_t test) {
    AttemptFinished attempt = sample_attempt(test, Status::error);
    attempt.failures = {sample_failure()};
    attempt.failures.front().phase = "before_all";
    return attempt;
  };
  Console console(plain());
  console.say(sample_run({"a::m::t1", "a::m::t2", "b::m::t1", "a::m::t3"}));
  CHECK(console.attempt(before_all(0)).find("assert_status") != std::string::npos);
  CHECK(console.attempt(before_all(1)) == "ERROR a::m::t2   [12 ms, worker 2]   as a::m::t1\n");
  // Another service's fixture is another one; and who wrote something, or says something else, is heard.
  CHECK(console.attempt(before_all(2)).find("assert_status") != std::string::npos);
  AttemptFinished other = before_all(3);
  other.failures.front().message = "another";
  CHECK(console.attempt(other).find("assert_status") != std::string::npos);
  AttemptFinished writes = before_all(3);
  writes.stdout_output = {"hello", "", 5, "", 0};
  CHECK(console.attempt(writes).find("hello") != std::string::npos);

  Console wordy(verbose());
  wordy.say(sample_run({"a::m::t1", "a::m::t2"}));
  wordy.attempt(before_all(0));
  CHECK(wordy.attempt(before_all(1)).find("assert_status") != std::string::npos);
}

TEST_CASE("AFailureThatARetryMeetsAgainIsToldInFullOnce") {
  const auto attempt = [](uint32_t number) {
    AttemptFinished finished = failed(0);
    finished.attempt = number;
    return finished;
  };
  Console console(plain());
  console.say(sample_run({"a::m::t1"}, 4));
  CHECK(console.attempt(attempt(1)).find("assert_status") != std::string::npos);
  CHECK(console.attempt(attempt(2)) ==
        "RETRY a::m::t1   [attempt 2/4]\nFAIL a::m::t1   [12 ms, worker 2, attempt 2/4]   as attempt 1\n");
  // What is another failure, or wrote another text, is told in full; the next one is held against that.
  AttemptFinished other = attempt(3);
  other.stdout_output = {"another", "", 7, "", 0};
  CHECK(console.attempt(other).find("another") != std::string::npos);
  other.attempt = 4;
  CHECK(console.attempt(other).find("attempt 4/4]   as attempt 3\n") != std::string::npos);

  Console wordy(verbose());
  wordy.say(sample_run({"a::m::t1"}, 2));
  wordy.attempt(attempt(1));
  CHECK(wordy.attempt(attempt(2)).find("assert_status") != std::string::npos);
}

TEST_CASE("AServiceThatCantBeConnectedToIsToldInFullOnce") {
  const auto refused = [](uint32_t test, const std::string& request, uint32_t line) {
    AttemptFinished attempt = sample_attempt(test, Status::error);
    Failure failure;
    failure.phase = "body";
    failure.file = "modules/01.cpp";
    failure.line = line;
    failure.message =
        request + ": cannot connect to 127.0.0.1:9: Connection refused; is the service running?";
    attempt.failures = {failure};
    return attempt;
  };
  Console console(plain());
  console.say(sample_run({"a::m::t1", "a::m::t2"}, 2));
  CHECK(console.attempt(refused(0, "GET http://127.0.0.1:9/a", 3)).find("is the service running?") !=
        std::string::npos);
  CHECK(console.attempt(refused(1, "GET http://127.0.0.1:9/b", 7)) ==
        "ERROR a::m::t2   [12 ms, worker 2, attempt 1/2]   as a::m::t1\n");
}

TEST_CASE("ARetryIsToldAsItHappens") {
  Console console(plain());
  console.say(sample_run({"a::m::t1", "a::m::t2"}, 3));
  CHECK(console.attempt(failed(0)).rfind("FAIL a::m::t1   [12 ms, worker 2, attempt 1/3]\n", 0) == 0);
  CHECK(console.attempt(sample_attempt(0, Status::passed, 2)) == "RETRY a::m::t1   [attempt 2/3]\n");
  CHECK(console.say(TestFinished{0, Outcome::flaky, 2, ""}) ==
        "FLAKY a::m::t1   [12 ms, worker 2, attempt 2/3]\n");
}

TEST_CASE("WhatATestThatPassedLeftBehindIsTold") {
  Console console(plain());
  console.say(sample_run({"a::m::t1"}));
  AttemptFinished finished = sample_attempt(0, Status::passed);
  finished.leaked = {"sleep 60 (pid 123)", "cat (pid 124)"};
  CHECK(console.attempt(finished) ==
        "LEAK a::m::t1   left behind: sleep 60 (pid 123)\nLEAK a::m::t1   left behind: cat (pid 124)\n");
}

TEST_CASE("AFailureNoAttemptToldOfIsTold") {
  Console console(quiet());
  console.say(sample_run({"a::m::t1"}));
  CHECK(console.say(TestFinished{0, Outcome::failed, 0, "its worker could not be started"}) ==
        "FAIL a::m::t1   its worker could not be started\n");
}

TEST_CASE("TroubleIsToldAtOnce") {
  Console console(quiet());
  console.say(sample_run({"a::m::t1"}));
  CHECK(console.say(Trouble{"disk full\nwhile writing\n"}) == "trouble: disk full\n         while writing\n");
}

TEST_CASE("ThePluginsLogIsForDebugging") {
  ConsoleOptions options;
  CHECK(Console(options).say(LogWritten{0, 3, "slow"}).empty());
  options.debug = true;
  CHECK(Console(options).say(LogWritten{0, 0, "one\ntwo"}) == "log: one\n     two\n");
  options.quiet = true;
  CHECK(Console(options).say(LogWritten{0, 3, "slow"}).empty());
}

TEST_CASE("TheSummaryComesAfterAnEmptyLine") {
  Console console(plain());
  console.say(sample_run({"a::m::t1"}));
  console.say(TestFinished{0, Outcome::skipped, 0, "no"});
  CHECK(console.say(RunFinished{}) ==
        "\n✓ All tests skipped          1 test, 1 skipped, 1 service, 0 ms (0 ms of work)\n   SKIP a::m::t1  "
        " no\n");
}

TEST_CASE("QuietTellsFailuresAndTheFinalLine") {
  Console console(quiet());
  CHECK(console.say(sample_run({"a::m::t1", "a::m::t2"}, 1)).empty());
  CHECK(console.attempt(failed(0)) == kFailureOfT1 + "\n");
  CHECK(console.say(TestFinished{0, Outcome::failed, 1, ""}).empty());
  AttemptFinished passed = sample_attempt(1, Status::passed, 2);
  passed.leaked = {"sleep"};
  CHECK(console.attempt(passed).empty());
  CHECK(console.say(TestFinished{1, Outcome::flaky, 2, ""}).empty());
  CHECK(console.say(RunFinished{}) ==
        "✗ 1 of 1 service failed      2 tests, 1 failed, 1 flaky, 0 ms (0 ms of work)\n");
}

TEST_CASE("OnATerminalLiveLinesStayBelowTheRest") {
  const std::string empty_bar = "░░░░░░░░░░░░░░░░░░░░", half_bar = "██████████░░░░░░░░░░";
  Console console(terminal());
  CHECK(console.say(sample_run({"a::m::t1", "b::m::t2"})) ==
        "⚡ Parallel execution enabled\n   Workers: 2    Mode: service    Isolation: process\n\n" + empty_bar +
            " 0/2  0 s");
  CHECK(console.say(AttemptStarted{0, 1, 0, 1}) ==
        "\r" + empty_bar + " 0/2  0 s\x1b[K\n     0 ms  a::m::t1\x1b[K\x1b[J");
  CHECK(console.say(sample_attempt(0, Status::passed)) == "\r\x1b[1A" + empty_bar + " 0/2  0 s\x1b[K\x1b[J");
  CHECK(console.say(TestFinished{0, Outcome::passed, 1, ""}) ==
        "\r\x1b[J✓ a  1 test  2 ms\n" + half_bar + " 1/2  0 s");
  console.say(TestFinished{1, Outcome::passed, 1, ""});
  CHECK(console.say(RunFinished{}) ==
        "\r\x1b[J\n✓ All services passed        2 tests, 2 services, 0 ms (0 ms of work)\n");
  CHECK(console.end().empty());
}

TEST_CASE("ARunThatBreaksOffLeavesNoLiveLine") {
  Console console(terminal());
  console.say(sample_run({"a::m::t1"}));
  CHECK(console.end() == "\r\x1b[J");
}

TEST_CASE("WhileOthersHaveTheTerminalNoLiveLineIsThere") {
  Console console(terminal());
  console.say(sample_run({"a::m::t1"}));
  CHECK(console.pause() == "\r\x1b[J");
  CHECK(console.pause().empty());
  CHECK(console.tick(1000 * kMs) == "░░░░░░░░░░░░░░░░░░░░ 0/1  1 s");
}

TEST_CASE("OutputDuringABurstIsNotDrawnOver") {
  Console console(terminal());
  console.say(sample_run({"a::m::t1", "a::m::t2"}));
  for (uint32_t i = 0; i < 20; ++i) console.say(AttemptStarted{i % 2, 1, 0, 1});
  CHECK(console.say(Trouble{"t"}) == "\r\x1b[1A\x1b[Jtrouble: t\n");
  CHECK(console.say(Trouble{"u"}) == "trouble: u\n");
}

TEST_CASE("LiveLinesThatABurstLeftOldAreDrawnWhenTimeHasPassed") {
  Console console(terminal());
  console.say(sample_run({"a::m::t1", "a::m::t2"}));
  CHECK(console.tick(2 * kMs).empty());
  for (uint32_t i = 0; i < 20; ++i) console.say(AttemptStarted{i % 2, 1, 0, 1});
  CHECK(console.say(AttemptStarted{0, 1, 0, 1}).empty());
  CHECK(console.tick(150 * kMs).find("a::m::t1") != std::string::npos);
}

TEST_CASE("WhatRunsShowsHowLongItHas") {
  Console console(terminal());
  console.say(sample_run({"a::m::t1", "a::m::t2"}));
  console.say(AttemptStarted{0, 1, 0, 1});
  CHECK(console.tick(100 * kMs).empty());
  CHECK(console.tick(2002 * kMs) ==
        "\r\x1b[1A░░░░░░░░░░░░░░░░░░░░ 0/2  2 s\x1b[K\n    2.0 s  a::m::t1\x1b[K\x1b[J");
}

TEST_CASE("LiveLinesFitATerminalThatIsResized") {
  ConsoleOptions options = terminal();
  TerminalSize size{100, 24};
  options.size_now = [&size] { return size; };
  Console console(options);
  RunStarted run;
  for (int i = 0; i < 20; ++i) run.tests.push_back(sample_test("a::m::t" + std::to_string(i)));
  console.say(run);
  for (uint32_t i = 0; i < 20; ++i) console.say(AttemptStarted{i, 1, i, i});
  const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n') + 1; };
  CHECK(lines(console.tick(1000 * kMs)) == 10);
  size = {20, 6};
  CHECK(lines(console.tick(3000 * kMs)) == 5);
  size = {20, 3};
  const std::string low = console.tick(4000 * kMs);
  CHECK(lines(low) == 1);
  CHECK(low.find("0/20  4 s") != std::string::npos);
}

TEST_CASE("ASlowTestIsToldOf") {
  Console console(plain());
  console.say(sample_run({"a::m::t1"}));
  console.say(AttemptStarted{0, 1, 0, 1});
  CHECK(console.tick(100'000 * kMs).empty());
  CHECK(console.say(TestSlow{0, 1, 0, 1, 10'002 * kMs}) == "SLOW a::m::t1   [running for 10.0 s]\n");
  CHECK(console.say(TestSlow{0, 1, 0, 1, 20'000 * kMs}).empty());
  CHECK(console.say(TestSlow{0, 1, 0, 1, 30'002 * kMs}) == "SLOW a::m::t1   [running for 30.0 s]\n");
  Console silent(quiet());
  silent.say(sample_run({"a::m::t1"}));
  silent.say(AttemptStarted{0, 1, 0, 1});
  CHECK(silent.say(TestSlow{0, 1, 0, 1, 10'002 * kMs}).empty());
}

TEST_CASE("WhoAsksIsToldWhatRuns") {
  RunningNow test;
  test.slot = 1;
  test.worker = 7;
  test.pid = 4711;
  test.test = 1;
  test.attempt = 2;
  test.phase = "before_each";
  test.since_ns = 500 * kMs;
  test.last_step = "pay (02_payment.cpp:88)";
  test.last_request = "POST http://127.0.0.1:1/ -> 500";
  test.stdout_output.head = "so far\n\x1b[2J";
  test.stdout_output.total_bytes = 11;
  RunningNow fixture;
  fixture.worker = 8;
  fixture.service = "b";
  fixture.phase = "before_all";
  fixture.since_ns = 1500 * kMs;
  const std::string told =
      "1 of 2 tests done after 2.5 s, 2 running\n"
      "RUN a::m::t2   [2.0 s, worker 7, slot 1, pid 4711, attempt 2/3]\n"
      "  in before_each\n"
      "  last step: pay (02_payment.cpp:88)\n"
      "  last request: POST http://127.0.0.1:1/ -> 500\n"
      "  stdout (11 B):\n"
      "    so far\n"
      "    \\x1B[2J\n"
      "RUN b before_all   [1.0 s, worker 8, slot 0]\n";
  for (const bool is_quiet : {false, true}) {
    Console console(is_quiet ? quiet() : plain());
    console.say(sample_run({"a::m::t1", "a::m::t2"}, 3));
    console.say(TestFinished{0, Outcome::passed, 1, ""});
    std::string shown = console.status({test, fixture}, 2500 * kMs);
    if (shown.starts_with("\n")) shown.erase(0, 1);
    CHECK(shown == told + "\n");
  }
}

TEST_CASE("ColorDoesNotDependOnTheTerminal") {
  ConsoleOptions options = verbose();
  options.color = true;
  Console console(options);
  console.say(sample_run({"a::m::t1"}));
  console.attempt(sample_attempt(0, Status::passed));
  CHECK(console.say(TestFinished{0, Outcome::passed, 1, ""}) ==
        "\x1b[32mPASS\x1b[0m a::m::t1   [12 ms, worker 2]\n");
}
