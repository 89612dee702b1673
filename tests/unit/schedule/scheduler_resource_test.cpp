#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

using Tests = std::vector<uint32_t>;

namespace {

constexpr NeededResource whole_of(uint32_t resource) { return {resource, false}; }
constexpr NeededResource share_of(uint32_t resource) { return {resource, true}; }

}  // namespace

TEST_CASE("AResourceIsOneUnitsAtATime") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  for (const char* name : {"a", "b", "c"}) build.test(users, name);
  build.plan().tests[0].resources = {whole_of(0)};
  build.plan().tests[1].resources = {whole_of(1), whole_of(0)};
  Scheduler scheduler(build.plan(), 3, 0);
  const auto a = must_get(scheduler, 0);
  REQUIRE(tests_of(a) == Tests{0});
  // The one that waits holds nobody up.
  CHECK(tests_of(scheduler.next(1)) == Tests{2});
  CHECK_FALSE(scheduler.next(2));
  CHECK_FALSE(scheduler.is_done());
  complete(scheduler, a);
  CHECK(tests_of(scheduler.next(2)) == Tests{1});
}

TEST_CASE("SharesOfAResourceRunTogetherAndTheWholeAlone") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  for (const char* name : {"a", "b", "c", "d"}) build.test(users, name);
  for (const uint32_t test : {0, 1, 3}) build.plan().tests[test].resources = {share_of(7)};
  build.plan().tests[2].resources = {whole_of(7), share_of(7)};
  Scheduler scheduler(build.plan(), 4, 0);
  const auto a = must_get(scheduler, 0), b = must_get(scheduler, 1), d = must_get(scheduler, 2);
  REQUIRE(tests_of(d) == Tests{3});
  CHECK_FALSE(scheduler.next(3));
  complete(scheduler, a);
  complete(scheduler, b);
  CHECK_FALSE(scheduler.next(0));
  complete(scheduler, d);
  CHECK(tests_of(scheduler.next(0)) == Tests{2});
}

TEST_CASE("AResourceIsFreeAgainWhenItsWorkerIsLost") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "a");
  build.test(users, "b");
  for (PlannedTest& test : build.plan().tests) test.resources = {whole_of(0)};
  Scheduler scheduler(build.plan(), 2, 0);
  const auto a = must_get(scheduler, 0);
  CHECK_FALSE(scheduler.next(1));
  scheduler.attempt_finished(a.unit, 0, 1, Status::crashed);
  scheduler.worker_lost(a.unit);
  complete(scheduler, must_get(scheduler, 1));
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.is_done());
}

TEST_CASE("InModeServiceAUnitHasWhatAnyOfItsTestsNeeds") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users")),
             orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(users, "b");
  build.test(orders, "c");
  build.plan().tests[1].resources = {whole_of(0)};
  build.plan().tests[2].resources = {share_of(0)};
  Scheduler scheduler(build.plan(), 2, 0);
  const auto unit = must_get(scheduler, 0);
  REQUIRE(tests_of(unit) == Tests{0, 1});
  CHECK_FALSE(scheduler.next(1));
  complete(scheduler, unit);
  CHECK(tests_of(scheduler.next(1)) == Tests{2});
}

TEST_CASE("WhatWaitsForAResourceIsDroppedWithItsService") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users")), orders = build.service(in_test_mode("orders"));
  build.test(users, "a");
  build.test(orders, "b");
  for (PlannedTest& test : build.plan().tests) test.resources = {whole_of(0)};
  Scheduler scheduler(build.plan(), 2, 0);
  const auto a = must_get(scheduler, 0);
  CHECK_FALSE(scheduler.next(1));
  CHECK(scheduler.give_up(orders, "it crashes") == 1);
  complete(scheduler, a);
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.is_done());
  CHECK(verdicts(scheduler)[1] == Verdict{Outcome::not_run, "it crashes"});
}
