#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

using Verdicts = std::map<uint32_t, Verdict>;

TEST_CASE("StatusOfTheOnlyAttemptDecidesTheOutcome") {
  PlanBuilder build;
  build.test(build.service(in_test_mode("users")), "a");
  Scheduler scheduler(build.plan(), 1, 0);
  const auto [status, outcome] = GENERATE(table<Status, Outcome>({{Status::passed, Outcome::passed},
                                                                  {Status::failed, Outcome::failed},
                                                                  {Status::error, Outcome::failed},
                                                                  {Status::crashed, Outcome::failed},
                                                                  {Status::timed_out, Outcome::failed},
                                                                  {Status::skipped, Outcome::skipped},
                                                                  {Status::interrupted, Outcome::not_run}}));
  complete(scheduler, must_get(scheduler, 0), status);
  CHECK(verdicts(scheduler) == Verdicts{{0, {outcome, ""}}});
  CHECK(scheduler.take_finals().empty());
  CHECK(scheduler.is_done());
}

TEST_CASE("PassOnALaterAttemptIsFlaky") {
  PlanBuilder build;
  build.test(build.service(in_test_mode("users")), "a", {}, 3);
  Scheduler scheduler(build.plan(), 1, 0);
  const auto status = GENERATE(Status::failed, Status::error, Status::crashed, Status::timed_out);
  complete(scheduler, must_get(scheduler, 0), status);
  CHECK_FALSE(scheduler.is_done());
  complete(scheduler, must_get(scheduler, 0), Status::passed);
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::flaky, ""}}});
  CHECK(scheduler.is_done());
}

TEST_CASE("LastAttemptThatFailsMakesTheTestFailed") {
  PlanBuilder build;
  build.test(build.service(in_test_mode("users")), "a", {}, 2);
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0), Status::crashed);
  CHECK(verdicts(scheduler).empty());
  complete(scheduler, must_get(scheduler, 0), Status::error);
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::failed, ""}}});
  CHECK(scheduler.is_done());
}

TEST_CASE("SkipOnARetryIsNotRetriedAgain") {
  PlanBuilder build;
  build.test(build.service(in_test_mode("users")), "a", {}, 3);
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0), Status::failed);
  complete(scheduler, must_get(scheduler, 0), Status::skipped);
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::skipped, ""}}});
  CHECK(scheduler.is_done());
}

TEST_CASE("DependentsWaitForTheOutcomeAfterRetriesAndFlakyCountsAsPassed") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "a", {}, 2);
  build.test(users, "b", {0});
  Scheduler scheduler(build.plan(), 2, 0);
  complete(scheduler, must_get(scheduler, 0), Status::failed);
  const auto retry = must_get(scheduler, 0);
  CHECK_FALSE(scheduler.next(1));
  complete(scheduler, retry, Status::passed);
  CHECK(tests_of(scheduler.next(1)) == std::vector<uint32_t>{1});
}

TEST_CASE("DependentsOfATestThatDidNotPassAreSkippedAndNameIt") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "a");
  build.test(users, "b", {0});
  build.test(users, "c", {1});
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  SECTION("failed") {
    complete(scheduler, unit, Status::failed);
    CHECK(verdicts(scheduler) ==
          Verdicts{{0, {Outcome::failed, ""}},
                   {1, {Outcome::skipped, "depends on users::m::a, which failed"}},
                   {2, {Outcome::skipped, "depends on users::m::b, which was skipped"}}});
  }
  SECTION("skipped") {
    complete(scheduler, unit, Status::skipped);
    CHECK(verdicts(scheduler)[1] == Verdict{Outcome::skipped, "depends on users::m::a, which was skipped"});
  }
  SECTION("interrupted") {
    complete(scheduler, unit, Status::interrupted);
    CHECK(verdicts(scheduler)[1] == Verdict{Outcome::skipped, "depends on users::m::a, which did not run"});
  }
  CHECK(scheduler.is_done());
}

TEST_CASE("ReasonNamesTheFirstDeclaredDependencyWhicheverFailedFirst") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "a");
  build.test(users, "b");
  build.test(users, "c", {1, 0});
  Scheduler scheduler(build.plan(), 2, 0);
  const auto a = must_get(scheduler, 0);
  const auto b = must_get(scheduler, 1);
  complete(scheduler, a, Status::failed);
  CHECK(verdicts(scheduler).count(2) == 0);
  complete(scheduler, b, Status::failed);
  CHECK(verdicts(scheduler)[2] == Verdict{Outcome::skipped, "depends on users::m::b, which failed"});
}

TEST_CASE("WorkerReportsSkipsWithinItsUnitAndTheReasonIsAdded") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a");
  build.test(users, "b", {0});
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::timed_out);
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::failed, ""}}});
  CHECK(scheduler.will_be_skipped(1));
  CHECK_THROWS_WITH(
      scheduler.attempt_finished(unit.unit, 1, 1, Status::passed),
      "internal error: scheduler: test 1 passed though it depends on users::m::a, which failed");
  scheduler.attempt_finished(unit.unit, 1, 1, Status::skipped);
  scheduler.unit_finished(unit.unit);
  CHECK(verdicts(scheduler) == Verdicts{{1, {Outcome::skipped, "depends on users::m::a, which failed"}}});
  CHECK(scheduler.is_done());
}

TEST_CASE("WorkerThatDiesInsteadOfReportingASkipLeavesTheTestSkipped") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a");
  build.test(users, "b", {0}, 3);
  build.test(users, "c");
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  CHECK_FALSE(scheduler.will_be_skipped(1));
  scheduler.attempt_finished(unit.unit, 0, 1, Status::failed);
  const auto status = GENERATE(Status::crashed, Status::timed_out, Status::error, Status::interrupted);
  scheduler.attempt_finished(unit.unit, 1, 1, status);
  scheduler.worker_lost(unit.unit);
  CHECK(verdicts(scheduler)[1] == Verdict{Outcome::skipped, "depends on users::m::a, which failed"});
  CHECK(tests_of(must_get(scheduler, 0)) == std::vector<uint32_t>{2});
}

TEST_CASE("TestWithAFailedDependencyElsewhereIsLeftOutOfItsUnit") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(orders, "b");
  build.test(orders, "c", {0, 1});
  build.test(orders, "d", {2});
  build.test(orders, "e", {1});
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0), Status::failed);
  const auto unit = must_get(scheduler, 0);
  CHECK(tests_of(unit) == std::vector<uint32_t>{1, 4});
  complete(scheduler, unit);
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::failed, ""}},
                                        {1, {Outcome::passed, ""}},
                                        {2, {Outcome::skipped, "depends on users::m::a, which failed"}},
                                        {3, {Outcome::skipped, "depends on orders::m::c, which was skipped"}},
                                        {4, {Outcome::passed, ""}}});
  CHECK(scheduler.is_done());
}

TEST_CASE("UnitWithoutATestThatMayRunIsNeverHandedOut") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(orders, "b", {0});
  build.test(orders, "c", {1});
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0), Status::error);
  CHECK(scheduler.is_done());
  CHECK_FALSE(scheduler.next(0));
  CHECK(verdicts(scheduler).size() == 3);
}

TEST_CASE("FailFastStopsAtThatManyFailedTests") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  for (const char* name : {"a", "b", "c", "d"}) build.test(users, name, {}, name[0] == 'a' ? 2 : 1);
  Scheduler scheduler(build.plan(), 2, 2);
  complete(scheduler, must_get(scheduler, 0), Status::failed);
  complete(scheduler, must_get(scheduler, 0), Status::failed);
  CHECK_FALSE(scheduler.is_stopped());
  const auto b = must_get(scheduler, 0);
  const auto c = must_get(scheduler, 1);
  complete(scheduler, b, Status::failed);
  CHECK(scheduler.is_stopped());
  CHECK_FALSE(scheduler.next(0));
  CHECK_FALSE(scheduler.is_done());
  complete(scheduler, c, Status::passed);
  CHECK(scheduler.is_done());
  scheduler.finish();
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::failed, ""}},
                                        {1, {Outcome::failed, ""}},
                                        {2, {Outcome::passed, ""}},
                                        {3, {Outcome::not_run, ""}}});
}

TEST_CASE("AfterStopRunningUnitsEndAndTheRestIsNotRun") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a", {}, 2);
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.stop();
  CHECK_FALSE(scheduler.is_done());
  scheduler.attempt_finished(unit.unit, 0, 1, Status::failed);
  scheduler.unit_finished(unit.unit);
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.is_done());
  scheduler.finish();
  CHECK(verdicts(scheduler) ==
        Verdicts{{0, {Outcome::not_run, "stopped after attempt 1 of 2"}}, {1, {Outcome::not_run, ""}}});
  scheduler.finish();
  CHECK(verdicts(scheduler).empty());
}

TEST_CASE("FinishForgetsRunningUnitsAndOpenScopes") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  build.test(users, "a");
  build.test(users, "b");
  build.test(users, "c");
  Scheduler scheduler(build.plan(), 2, 0);
  complete(scheduler, must_get(scheduler, 0));
  const auto running = must_get(scheduler, 1);
  scheduler.finish();
  CHECK(scheduler.is_done());
  CHECK_FALSE(scheduler.next(0));
  CHECK_FALSE(scheduler.is_running(running.unit));
  CHECK_FALSE(scheduler.accepts(running.unit, 1, 1));
  CHECK_THROWS_AS(scheduler.unit_finished(running.unit), std::logic_error);
  CHECK(verdicts(scheduler).size() == 3);
}

TEST_CASE("FactThatCannotBeIsRefusedAndChangesNothing") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_test_mode("orders"));
  build.test(users, "a", {}, 2);
  build.test(users, "b", {0});
  build.test(orders, "c", {}, 3);
  Scheduler scheduler(build.plan(), 2, 0);
  const auto unit = must_get(scheduler, 0);
  const auto single = must_get(scheduler, 1);
  const auto refused = [&](uint64_t of_unit, uint32_t test, uint32_t attempt) {
    CHECK_FALSE(scheduler.accepts(of_unit, test, attempt));
    CHECK_THROWS_AS(scheduler.attempt_finished(of_unit, test, attempt, Status::passed), std::logic_error);
    CHECK(verdicts(scheduler).empty());
  };
  refused(99, 0, 1);          // no such unit
  refused(unit.unit, 99, 1);  // no such test
  refused(unit.unit, 2, 1);   // in another unit
  refused(unit.unit, 0, 2);   // not its turn
  refused(unit.unit, 1, 1);   // its dependency is not final
  CHECK_THROWS_AS(scheduler.next(0), std::logic_error);
  CHECK_THROWS_AS(scheduler.scope_closed(0), std::logic_error);
  CHECK_THROWS_AS(scheduler.worker_lost(99), std::logic_error);

  CHECK(scheduler.accepts(single.unit, 2, 1));
  scheduler.attempt_finished(single.unit, 2, 1, Status::failed);
  refused(single.unit, 2, 2);  // in mode `test` a retry is a unit of its own

  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  CHECK(verdicts(scheduler).size() == 1);
  refused(unit.unit, 0, 2);  // final
  scheduler.attempt_finished(unit.unit, 1, 1, Status::passed);
  scheduler.unit_finished(unit.unit);
  CHECK_THROWS_AS(scheduler.unit_finished(unit.unit), std::logic_error);
}
