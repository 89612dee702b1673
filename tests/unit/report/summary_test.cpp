#include "report/summary.hpp"

#include <e2e_catch.hpp>

#include "sample_run.hpp"

using namespace e2e::host;

namespace {

/// A finished run of four tests of two services, each with the outcome and reason it is given.
class Run {
 public:
  Run() { tally_.on_event({1, 0, sample_run({"a::m::t1", "a::m::t2", "b::m::t3", "b::m::t4"}, 2)}); }

  Run& attempt(const AttemptFinished& finished) { return add(finished); }
  Run& test(uint32_t index, Outcome outcome, std::string reason = {}) {
    return add(TestFinished{index, outcome, 1, std::move(reason)});
  }
  Run& add(decltype(Event::fact) fact) {
    tally_.on_event({2, 0, std::move(fact)});
    return *this;
  }
  Run& all(Outcome outcome, const std::string& reason = {}) {
    for (uint32_t i = 0; i < 4; ++i) test(i, outcome, reason);
    return *this;
  }
  Run& stopped_by(std::string what) {
    finished_.stopped_by = std::move(what);
    return *this;
  }
  Run& exit_code(int code) {
    finished_.exit_code = code;
    return *this;
  }

  std::string headline() const { return summary_headline(tally_, with_times(), {}); }
  std::string details(const std::string& again = {}) const {
    return summary_details(tally_, with_times(), {}, again);
  }
  std::string on_terminal(int width) const {
    const TextLayout layout{Ink(), width, true};
    return summary_headline(tally_, with_times(), layout) + summary_details(tally_, with_times(), layout);
  }

 private:
  RunFinished with_times() const {
    RunFinished run = finished_;
    run.duration_ns = 1200 * kMs;
    run.work_ns = 2900 * kMs;
    return run;
  }

  RunTally tally_;
  RunFinished finished_;
};

}  // namespace

TEST_CASE("AGoodRunKeepsTheReferencesShape") {
  const Run run = Run().all(Outcome::passed);
  CHECK(run.headline() == "✓ All services passed        4 tests, 2 services, 1.2 s (2.9 s of work)\n");
  CHECK(run.details().empty());
}

TEST_CASE("FlakyAndSkippedTestsAreCountedInAGoodRun") {
  const Run run = Run()
                      .test(0, Outcome::flaky)
                      .test(1, Outcome::skipped, "no")
                      .test(2, Outcome::passed)
                      .test(3, Outcome::passed);
  CHECK(run.headline() ==
        "✓ All services passed        4 tests, 1 flaky, 1 skipped, 2 services, 1.2 s (2.9 s of work)\n");
}

TEST_CASE("AFailedRunCountsServicesAndNamesTests") {
  AttemptFinished crashed = sample_attempt(3, Status::crashed);
  crashed.crash = {{"SIGSEGV at address 0x0", "body", "", ""}};
  AttemptFinished failed = sample_attempt(0, Status::failed, 2);
  failed.failures = {sample_failure()};
  // Out of order, as workers finish.
  const Run run = Run()
                      .attempt(crashed)
                      .test(3, Outcome::failed)
                      .test(2, Outcome::passed)
                      .attempt(failed)
                      .test(0, Outcome::failed)
                      .attempt(sample_attempt(1, Status::passed, 2))
                      .test(1, Outcome::flaky)
                      .exit_code(1);
  CHECK(run.headline() == "✗ 2 of 2 services failed     4 tests, 2 failed, 1 flaky, 1.2 s (2.9 s of work)\n");
  CHECK(run.details() ==
        "   FAIL a::m::t1   assert_status(response, 201)   actual: 500 Internal Server Error\n"
        "   CRASH b::m::t4   SIGSEGV at address 0x0\n"
        "   FLAKY a::m::t2   passed at attempt 2\n");
}

TEST_CASE("AFixtureThatFailedFailsItsService") {
  FixtureFailed second{"b", "after_all", 0, {{}}, ""};
  second.failures[0].message = "rows were left";
  const FixtureFailed first{"a", "after_all", 1, {}, "it crashed"};
  const Run run = Run().all(Outcome::passed).add(second).add(first).exit_code(1);
  CHECK(run.headline() == "✗ 2 of 2 services failed     4 tests, 1.2 s (2.9 s of work)\n");
  CHECK(run.details() == "   FAIL a after_all   it crashed\n   FAIL b after_all   rows were left\n");
}

TEST_CASE("SkippedTestsAreGroupedByReason") {
  const Run run = Run()
                      .test(3, Outcome::skipped, "b is down\nsince noon")
                      .test(2, Outcome::skipped, "")
                      .test(1, Outcome::skipped, "b is down\nsince noon")
                      .test(0, Outcome::passed);
  CHECK(run.details() == "   SKIP 2 tests   b is down\n   SKIP b::m::t3   no reason given\n");
}

TEST_CASE("ARunThatWasStoppedSaysByWhat") {
  const Run run = Run()
                      .test(0, Outcome::passed)
                      .test(1, Outcome::not_run)
                      .test(2, Outcome::not_run, "its worker was lost");
  const Run stopped = Run(run).test(3, Outcome::not_run).stopped_by("SIGINT").exit_code(130);
  CHECK(stopped.headline() ==
        "✗ Stopped by SIGINT          4 tests, 3 not run, 2 services, 1.2 s (2.9 s of work)\n");
  CHECK(stopped.details() ==
        "   NOT RUN 2 tests   stopped by SIGINT\n   NOT RUN b::m::t3   its worker was lost\n");
}

TEST_CASE("AFailedRunThatWasStoppedSaysSoToo") {
  const Run run = Run()
                      .attempt(sample_attempt(0, Status::failed))
                      .test(0, Outcome::failed)
                      .test(1, Outcome::not_run)
                      .test(2, Outcome::not_run)
                      .test(3, Outcome::not_run)
                      .stopped_by("--fail-fast")
                      .exit_code(1);
  CHECK(run.headline() ==
        "✗ 1 of 2 services failed     4 tests, 1 failed, 3 not run (--fail-fast), 1.2 s (2.9 s of work)\n");
  CHECK(run.details() == "   FAIL a::m::t1\n   NOT RUN 3 tests   stopped by --fail-fast\n");
}

TEST_CASE("TestsTheRunSaysNothingOfWereNotRun") {
  const Run run = Run().test(0, Outcome::passed);
  CHECK(run.headline() ==
        "✗ 3 tests not run            4 tests, 3 not run, 2 services, 1.2 s (2.9 s of work)\n");
  CHECK(run.details() == "   NOT RUN 3 tests   the run ended before it\n");
}

TEST_CASE("ARunThatExitsWithTroubleIsNeverGood") {
  Run run = Run().all(Outcome::passed).add(Trouble{"the journal can't be written\nno space"}).exit_code(4);
  CHECK(run.headline() == "✗ Infrastructure trouble     4 tests, 2 services, 1.2 s (2.9 s of work)\n");
  CHECK(run.details() == "   trouble: the journal can't be written\n");
  CHECK(run.exit_code(1).headline() ==
        "✗ Exit code 1                4 tests, 2 services, 1.2 s (2.9 s of work)\n");
}

TEST_CASE("MuchTroubleIsCounted") {
  Run run = Run().all(Outcome::passed);
  for (int i = 1; i <= 12; ++i) run.add(Trouble{"no " + std::to_string(i)});
  const std::string details = run.details();
  CHECK(details.find("   trouble: no 10\n   trouble: 2 more above\n") != std::string::npos);
  CHECK(details.find("no 11") == std::string::npos);
}

TEST_CASE("ARunInWhichNothingPassedDoesNotSayItDid") {
  CHECK(Run().all(Outcome::skipped, "down").headline() ==
        "✓ All tests skipped          4 tests, 4 skipped, 2 services, 1.2 s (2.9 s of work)\n");
  RunTally empty;
  empty.on_event({1, 0, RunStarted{}});
  CHECK(summary_headline(empty, RunFinished{}, {}) ==
        "✓ Nothing to run             0 tests, 0 services, 0 ms (0 ms of work)\n");
}

TEST_CASE("OneServiceIsSingular") {
  RunTally tally;
  tally.on_event({1, 0, sample_run({"a::m::t1"})});
  tally.on_event({2, 0, sample_attempt(0, Status::failed)});
  tally.on_event({3, 0, TestFinished{0, Outcome::failed, 1, ""}});
  CHECK(summary_headline(tally, RunFinished{}, {}) ==
        "✗ 1 of 1 service failed      1 test, 1 failed, 0 ms (0 ms of work)\n");
}

TEST_CASE("SlowTestsAreNamedSlowestFirst") {
  Run run = Run().all(Outcome::passed);
  for (uint32_t i = 0; i < 4; ++i) {
    AttemptFinished finished = sample_attempt(i, Status::passed);
    finished.duration_ns = std::vector<int64_t>{999, 1000, 65'000, 1000}[i] * kMs;
    run.attempt(finished);
  }
  CHECK(run.details() ==
        "   slowest: b::m::t3   1 m 05 s\n   slowest: a::m::t2   1.0 s\n   slowest: b::m::t4   1.0 s\n");
}

TEST_CASE("TheCommandToRunAgainIsToldWhereSomethingIsLeftToRun") {
  const std::string again = "e2e-host run --last-failed";
  CHECK(Run().all(Outcome::passed).details(again).empty());
  CHECK(Run().all(Outcome::skipped, "no").details(again) == "   SKIP 4 tests   no\n");
  CHECK(Run()
            .all(Outcome::failed)
            .details(again)
            .ends_with("b::m::t4\n   again: e2e-host run --last-failed\n"));
  CHECK(Run().all(Outcome::not_run).details(again).ends_with("\n   again: e2e-host run --last-failed\n"));
}

TEST_CASE("OnATerminalTheSummaryIsLaidOutForItsWidth") {
  AttemptFinished failed = sample_attempt(0, Status::failed);
  failed.failures = {sample_failure()};
  Run run = Run().attempt(failed).test(0, Outcome::failed);
  for (uint32_t i = 1; i < 4; ++i) run.test(i, Outcome::passed);
  CHECK(run.on_terminal(100).find(
            "\n   FAIL a::m::t1   assert_status(response, 201)   actual: 500 Internal Server Error\n") !=
        std::string::npos);
  CHECK(run.on_terminal(60) ==
        "✗ 1 of 2 services failed\n   4 tests, 1 failed, 1.2 s (2.9 s of work)\n"
        "   FAIL a::m::t1   assert_status(response, 201)   actual: …\n");
  CHECK(run.on_terminal(36).starts_with(
      "✗ 1 of 2 services failed\n   4 tests, 1 failed, 1.2 s (2.9 s\n   of work)\n"));
  CHECK(run.on_terminal(36).ends_with("\n   FAIL a::m::t1\n      assert_status(response, 201)…\n"));
}
