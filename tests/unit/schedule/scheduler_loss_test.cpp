#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

using Verdicts = std::map<uint32_t, Verdict>;

namespace {

/// A service of four tests, the second with two attempts, and one test of another service.
PlanBuilder four_and_one() {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(users, "b", {}, 2);
  build.test(users, "c", {0});
  build.test(users, "d", {1});
  build.test(orders, "e", {}, 1, Priority::low);
  return build;
}

}  // namespace

TEST_CASE("RestOfALostUnitGoesOnElsewhereWithoutItsFinishedTests") {
  Scheduler scheduler(four_and_one().plan(), 2, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  scheduler.attempt_finished(unit.unit, 1, 1, Status::crashed);
  scheduler.worker_lost(unit.unit);
  CHECK_FALSE(scheduler.is_running(unit.unit));
  const auto rest = must_get(scheduler, 1);
  CHECK(rest.unit != unit.unit);
  CHECK(tests_of(rest) == Tests{1, 2, 3});
  CHECK(rest.tests[0].first_attempt == 2);
  CHECK(rest.tests[1].first_attempt == 1);
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::passed, ""}}});
}

TEST_CASE("TestThatCrashedOnItsLastAttemptIsNotInTheRestAndItsDependentsAreSkipped") {
  Scheduler scheduler(four_and_one().plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::crashed);
  scheduler.worker_lost(unit.unit);
  CHECK(tests_of(must_get(scheduler, 0)) == Tests{1, 3});
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::failed, ""}},
                                        {2, {Outcome::skipped, "depends on users::m::a, which failed"}}});
}

TEST_CASE("LossAfterTheLastTestPutsNothingBack") {
  PlanBuilder build;
  build.test(build.service(in_service_mode("users")), "a");
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  scheduler.worker_lost(unit.unit);
  CHECK(scheduler.is_done());
  CHECK_FALSE(scheduler.next(0));
}

TEST_CASE("RestGoesBeforeFreshWorkOfHigherPriority") {
  auto build = four_and_one();
  build.plan().tests[4].priority = Priority::critical;
  build.plan().tests[4].depends_on = {0};
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  scheduler.worker_lost(unit.unit);
  CHECK(tests_of(must_get(scheduler, 0)) == Tests{1, 2, 3});
}

TEST_CASE("UnitThatEndsEarlyIsPutBackToo") {
  Scheduler scheduler(four_and_one().plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  scheduler.unit_finished(unit.unit);
  CHECK(tests_of(must_get(scheduler, 0)) == Tests{1, 2, 3});
}

TEST_CASE("UnitThatNeverComesToAnAttemptFailsItsTests") {
  auto build = four_and_one();
  Scheduler scheduler(build.plan(), 1, 0);
  for (uint32_t end = 1; end < Scheduler::max_fruitless_ends; ++end) {
    scheduler.worker_lost(must_get(scheduler, 0).unit);
    CHECK(verdicts(scheduler).empty());
  }
  const auto unit = must_get(scheduler, 0);
  CHECK(tests_of(unit) == Tests{0, 1, 2, 3});
  scheduler.worker_lost(unit.unit);
  const std::string why = "its worker ended 3 times before an attempt did";
  CHECK(verdicts(scheduler) == Verdicts{{0, {Outcome::failed, why}},
                                        {1, {Outcome::failed, why}},
                                        {2, {Outcome::skipped, "depends on users::m::a, which failed"}},
                                        {3, {Outcome::skipped, "depends on users::m::b, which failed"}}});
  CHECK(tests_of(must_get(scheduler, 0)) == Tests{4});
}

TEST_CASE("AttemptBetweenLossesStartsTheirCountAnew") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 1, 0);
  scheduler.worker_lost(must_get(scheduler, 0).unit);
  scheduler.worker_lost(must_get(scheduler, 0).unit);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  scheduler.worker_lost(unit.unit);
  scheduler.worker_lost(must_get(scheduler, 0).unit);
  scheduler.worker_lost(must_get(scheduler, 0).unit);
  CHECK(verdicts(scheduler).count(1) == 0);
  complete(scheduler, must_get(scheduler, 0));
  CHECK(verdicts(scheduler) == Verdicts{{1, {Outcome::passed, ""}}});
}

TEST_CASE("LossAfterStopLeavesTheRestNotRun") {
  Scheduler scheduler(four_and_one().plan(), 1, 0);
  scheduler.worker_lost(must_get(scheduler, 0).unit);
  scheduler.worker_lost(must_get(scheduler, 0).unit);
  const auto unit = must_get(scheduler, 0);
  scheduler.stop();
  scheduler.worker_lost(unit.unit);
  CHECK(scheduler.is_done());
  CHECK_FALSE(scheduler.next(0));
  scheduler.finish();
  for (const auto& [test, verdict] : verdicts(scheduler)) CHECK(verdict.first == Outcome::not_run);
}

TEST_CASE("UnitThatNeverBeganIsHandedOutAgainAsOftenAsItTakes") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 2, 0);
  for (uint32_t i = 0; i < 10 * Scheduler::max_fruitless_ends; ++i) {
    const auto unit = must_get(scheduler, i % 2);
    REQUIRE(tests_of(unit) == std::vector<uint32_t>{0, 1});
    scheduler.not_started(unit.unit);
    REQUIRE_FALSE(scheduler.is_done());
  }
  // It neither counts nor makes others not count.
  for (uint32_t i = 0; i < Scheduler::max_fruitless_ends; ++i) {
    scheduler.worker_lost(must_get(scheduler, 0).unit);
    if (i + 1 < Scheduler::max_fruitless_ends) scheduler.not_started(must_get(scheduler, 1).unit);
  }
  CHECK(verdicts(scheduler).at(0) ==
        Verdict{Outcome::failed, "its worker ended 3 times before an attempt did"});
  CHECK(scheduler.is_done());
}
