#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

TEST_CASE("ServiceIsHandedOutWholeToOneSlot") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a");
  build.test(users, "b", {0});
  Scheduler scheduler(build.plan(), 2, 0);
  const auto unit = must_get(scheduler, 0);
  CHECK(unit.service == users);
  CHECK(tests_of(unit) == Tests{0, 1});
  CHECK_FALSE(unit.continues_scope);
  CHECK_FALSE(unit.keeps_scope);
  CHECK_FALSE(scheduler.next(1));
  CHECK_FALSE(scheduler.is_done());
  complete(scheduler, unit);
  CHECK(scheduler.is_done());
}

TEST_CASE("UnitWaitsUntilItsDependenciesElsewhereAreFinal") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(users, "b");
  build.test(orders, "c", {1});
  Scheduler scheduler(build.plan(), 2, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::passed);
  CHECK_FALSE(scheduler.next(1));
  scheduler.attempt_finished(unit.unit, 1, 1, Status::passed);
  CHECK(tests_of(scheduler.next(1)) == Tests{2});
}

TEST_CASE("DividedServiceRunsInPartsAndTerminates") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(users, "b", {2});
  build.test(orders, "c", {0});
  Scheduler scheduler(build.plan(), 1, 0);
  for (const uint32_t test : {0u, 2u, 1u}) {
    const auto unit = must_get(scheduler, 0);
    CHECK(tests_of(unit) == Tests{test});
    CHECK_FALSE(unit.continues_scope);
    complete(scheduler, unit);
  }
  CHECK(scheduler.is_done());
}

TEST_CASE("HigherPriorityGoesFirst") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "low", {}, 1, Priority::low);
  build.test(users, "critical", {}, 1, Priority::critical);
  build.test(users, "high", {}, 1, Priority::high);
  Scheduler scheduler(build.plan(), 3, 0);
  CHECK(tests_of(scheduler.next(2)) == Tests{1});
  CHECK(tests_of(scheduler.next(0)) == Tests{2});
  CHECK(tests_of(scheduler.next(1)) == Tests{0});
}

TEST_CASE("AtEqualPriorityTheLongerChainOfDependentsGoesFirst") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "alone");
  build.test(users, "one_waits");
  build.test(users, "waits", {1});
  build.test(users, "two_wait");
  build.test(users, "waits_first", {3});
  build.test(users, "waits_second", {4});
  Scheduler scheduler(build.plan(), 3, 0);
  CHECK(tests_of(scheduler.next(0)) == Tests{3});
  CHECK(tests_of(scheduler.next(1)) == Tests{1});
  CHECK(tests_of(scheduler.next(2)) == Tests{0});
}

TEST_CASE("AtEqualChainsTheLargerServiceGoesFirst") {
  PlanBuilder build;
  const auto small = build.service(in_service_mode("small"));
  const auto large = build.service(in_service_mode("large"));
  build.test(small, "a");
  build.test(large, "b");
  build.test(large, "c");
  Scheduler scheduler(build.plan(), 2, 0);
  CHECK(tests_of(scheduler.next(0)) == Tests{1, 2});
  CHECK(tests_of(scheduler.next(1)) == Tests{0});
}

TEST_CASE("RetryGoesBeforeFreshWorkOfHigherPriority") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "a", {}, 2, Priority::critical);
  build.test(users, "b", {}, 1, Priority::critical);
  build.test(users, "c", {}, 2, Priority::low);
  Scheduler scheduler(build.plan(), 2, 0);
  const auto first = must_get(scheduler, 0);
  complete(scheduler, first, Status::failed);
  CHECK(verdicts(scheduler).empty());
  const auto retry = must_get(scheduler, 1);
  CHECK(retry.unit != first.unit);
  REQUIRE(tests_of(retry) == Tests{0});
  CHECK(retry.tests[0].first_attempt == 2);
}

TEST_CASE("NoSlotsBehaveAsOne") {
  PlanBuilder build;
  build.test(build.service(in_service_mode("users")), "a");
  Scheduler scheduler(build.plan(), 0, 0);
  CHECK_THROWS_AS(scheduler.next(1), std::logic_error);
  CHECK(tests_of(scheduler.next(0)) == Tests{0});
}

TEST_CASE("EmptyPlanIsDoneAtOnce") {
  Scheduler scheduler(Plan{}, 4, 0);
  CHECK(scheduler.is_done());
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.take_finals().empty());
}

TEST_CASE("HundredThousandTestsAreScheduledOneByOne") {
  constexpr uint32_t count = 100'000;
  constexpr uint32_t slots = 16;
  PlanBuilder build;
  for (uint32_t i = 0; i < 50; ++i) build.service(i % 2 == 0 ? in_test_mode("t") : with_kept_scope("s"));
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t service = i / (count / 50);
    const bool starts_chain = i % 7 == 0;
    build.test(service, "x", starts_chain ? Tests{} : Tests{i - 1}, 2, static_cast<Priority>(i % 4));
  }
  Scheduler scheduler(build.plan(), slots, 0);
  std::vector<std::optional<Assignment>> running(slots);
  uint64_t attempts = 0;
  while (!scheduler.is_done()) {
    for (uint32_t slot = 0; slot < slots; ++slot) running[slot] = scheduler.next(slot);
    for (const auto& unit : running) {
      if (!unit) continue;
      for (const UnitTest& test : unit->tests) {
        const bool is_first_of_flaky = test.test % 10 == 0 && test.first_attempt == 1;
        scheduler.attempt_finished(unit->unit, test.test, test.first_attempt,
                                   is_first_of_flaky ? Status::failed : Status::passed);
        ++attempts;
      }
      scheduler.unit_finished(unit->unit);
    }
  }
  CHECK(attempts == count + count / 10);
  CHECK(scheduler.take_finals().size() == count);
}
