#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

TEST_CASE("ServiceThatIsNotParallelRunsOneUnitAtATime") {
  PlanBuilder build;
  auto serial = in_test_mode("serial");
  serial.parallel = false;
  const auto users = build.service(serial);
  const auto orders = build.service(in_test_mode("orders"));
  build.test(users, "a");
  build.test(users, "b");
  build.test(orders, "c");
  Scheduler scheduler(build.plan(), 3, 0);
  const auto a = must_get(scheduler, 0);
  REQUIRE(tests_of(a) == Tests{0});
  CHECK(tests_of(scheduler.next(1)) == Tests{2});
  CHECK_FALSE(scheduler.next(2));
  complete(scheduler, a);
  CHECK(tests_of(scheduler.next(2)) == Tests{1});
}

TEST_CASE("ServiceRunsOnAtMostMaxWorkersSlots") {
  PlanBuilder build;
  auto limited = in_test_mode("users");
  limited.max_workers = 2;
  const auto users = build.service(limited);
  for (const char* name : {"a", "b", "c"}) build.test(users, name);
  Scheduler scheduler(build.plan(), 3, 0);
  const auto a = must_get(scheduler, 0);
  must_get(scheduler, 1);
  CHECK_FALSE(scheduler.next(2));
  complete(scheduler, a);
  CHECK(tests_of(scheduler.next(2)) == Tests{2});
  CHECK_FALSE(scheduler.next(0));
}

TEST_CASE("OpenScopeCountsTowardsTheLimitOfItsService") {
  PlanBuilder build;
  auto limited = with_kept_scope("users");
  limited.max_workers = 1;
  const auto users = build.service(limited);
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 2, 0);
  complete(scheduler, must_get(scheduler, 0));
  CHECK_FALSE(scheduler.next(1));
  CHECK(tests_of(scheduler.next(0)) == Tests{1});
}

TEST_CASE("ExclusiveUnitWaitsForOthersToDrainAndRunsAlone") {
  PlanBuilder build;
  auto alone = in_service_mode("alone");
  alone.exclusive = true;
  const auto users = build.service(in_test_mode("users"));
  const auto exclusive = build.service(alone);
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(users, "b", {}, 1, Priority::critical);
  build.test(users, "late", {}, 1, Priority::low);
  build.test(exclusive, "x");
  Scheduler scheduler(build.plan(), 3, 0);
  const auto a = must_get(scheduler, 0);
  const auto b = must_get(scheduler, 1);
  CHECK_FALSE(scheduler.next(2));  // x is next, and nothing overtakes it
  complete(scheduler, a);
  CHECK_FALSE(scheduler.next(0));
  CHECK_FALSE(scheduler.next(2));
  complete(scheduler, b);
  const auto x = must_get(scheduler, 2);
  CHECK(tests_of(x) == Tests{3});
  CHECK_FALSE(scheduler.next(0));
  CHECK_FALSE(scheduler.next(1));
  complete(scheduler, x);
  CHECK(tests_of(scheduler.next(0)) == Tests{2});
}

TEST_CASE("WorkThatBecomesReadyMeanwhileDoesNotOvertakeADrainingExclusiveUnit") {
  PlanBuilder build;
  auto alone = in_service_mode("alone");
  alone.exclusive = true;
  const auto users = build.service(in_test_mode("users"));
  const auto exclusive = build.service(alone);
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(users, "after_a", {0}, 1, Priority::critical);
  build.test(exclusive, "x", {}, 1, Priority::high);
  Scheduler scheduler(build.plan(), 2, 0);
  const auto a = must_get(scheduler, 0);
  CHECK_FALSE(scheduler.next(1));
  complete(scheduler, a);
  CHECK(tests_of(scheduler.next(0)) == Tests{2});
}

TEST_CASE("ExclusiveUnitOfLowerRankDoesNotHoldUpOthers") {
  PlanBuilder build;
  auto alone = in_test_mode("alone");
  alone.exclusive = true;
  const auto exclusive = build.service(alone);
  const auto users = build.service(in_test_mode("users"));
  build.test(exclusive, "x", {}, 1, Priority::low);
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 3, 0);
  CHECK(tests_of(scheduler.next(0)) == Tests{1});
  CHECK(tests_of(scheduler.next(1)) == Tests{2});
  CHECK_FALSE(scheduler.next(2));
}

TEST_CASE("ExclusiveUnitInterruptsTheAffinityOfASlot") {
  PlanBuilder build;
  auto alone = in_service_mode("alone");
  alone.exclusive = true;
  const auto users = build.service(with_kept_scope("users"));
  const auto exclusive = build.service(alone);
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(users, "b", {}, 1, Priority::low);
  build.test(exclusive, "x");
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0));
  const auto closing = must_get(scheduler, 0);
  CHECK(closing.service == users);
  CHECK(closing.tests.empty());
  complete(scheduler, closing);
  const auto x = must_get(scheduler, 0);
  CHECK(tests_of(x) == Tests{2});
  complete(scheduler, x);
  const auto b = must_get(scheduler, 0);
  CHECK(tests_of(b) == Tests{1});
  CHECK_FALSE(b.continues_scope);
}

TEST_CASE("ExclusiveUnitOfLowerRankDoesNotEndTheAffinityOfASlotAtItsLimit") {
  PlanBuilder build;
  auto alone = in_service_mode("alone");
  alone.exclusive = true;
  auto serial = with_kept_scope("serial");
  serial.parallel = false;
  const auto users = build.service(serial);
  const auto exclusive = build.service(alone);
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(users, "b", {}, 1, Priority::critical);
  build.test(exclusive, "x");
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0));
  CHECK(tests_of(scheduler.next(0)) == Tests{1});
}

TEST_CASE("ExclusiveScopeShutsOthersOutUntilItIsClosed") {
  PlanBuilder build;
  auto alone = with_kept_scope("alone");
  alone.exclusive = true;
  const auto exclusive = build.service(alone);
  const auto users = build.service(in_test_mode("users"));
  build.test(exclusive, "x", {}, 1, Priority::critical);
  build.test(exclusive, "y", {2}, 1, Priority::critical);
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(exclusive, "z", {}, 1, Priority::critical);
  build.plan().tests[2].depends_on = {3};
  Scheduler scheduler(build.plan(), 2, 0);
  const auto z = must_get(scheduler, 0);
  REQUIRE(tests_of(z) == Tests{3});
  complete(scheduler, z);
  CHECK_FALSE(scheduler.next(1));
  const auto x = must_get(scheduler, 0);
  REQUIRE(tests_of(x) == Tests{0});
  CHECK(x.continues_scope);
  complete(scheduler, x);
  CHECK_FALSE(scheduler.next(1));
  const auto closing = must_get(scheduler, 0);
  CHECK(closing.tests.empty());
  CHECK_FALSE(scheduler.next(1));
  complete(scheduler, closing);
  CHECK(tests_of(scheduler.next(1)) == Tests{2});
}

TEST_CASE("PluginsOfOneServiceShareItsLimits") {
  for (const bool is_parallel : {false, true}) {
    PlanBuilder build;
    auto own = in_service_mode("users");
    own.parallel = is_parallel;
    const auto users = build.service(own);
    const auto smoke = build.service(own);
    build.test(users, "a");
    build.test(users, "b");
    build.test(smoke, "c");
    Scheduler scheduler(build.plan(), 2, 0);
    // A unit is one plugin's tests.
    const auto first = must_get(scheduler, 0);
    CHECK(tests_of(first) == Tests{0, 1});
    CHECK(tests_of(scheduler.next(1)) == (is_parallel ? Tests{2} : Tests{}));
    if (is_parallel) continue;
    complete(scheduler, first);
    CHECK(tests_of(scheduler.next(1)) == Tests{2});
  }
}

TEST_CASE("PluginsOfAnExclusiveServiceRunAloneOneAfterTheOther") {
  PlanBuilder build;
  auto alone = in_service_mode("users");
  alone.exclusive = true;
  const auto users = build.service(alone);
  const auto smoke = build.service(alone);
  build.test(users, "a", {}, 1, Priority::high);
  build.test(smoke, "b", {}, 1, Priority::high);
  build.test(build.service(in_service_mode("orders")), "c");
  Scheduler scheduler(build.plan(), 2, 0);
  const auto first = must_get(scheduler, 0);
  CHECK(tests_of(first) == Tests{0});
  CHECK_FALSE(scheduler.next(1));
  complete(scheduler, first);
  const auto second = must_get(scheduler, 1);
  CHECK(tests_of(second) == Tests{1});
  CHECK_FALSE(scheduler.next(0));
  complete(scheduler, second);
  CHECK(tests_of(scheduler.next(0)) == Tests{2});
}

TEST_CASE("ScopeThatHoldsTheLimitIsClosedForAnotherPluginThatItsTestsWaitFor") {
  PlanBuilder build;
  auto serial = with_kept_scope("users");
  serial.parallel = false;
  const auto users = build.service(serial);
  const auto smoke = build.service(serial);
  const auto a = build.test(users, "a");
  const auto b = build.test(smoke, "b", {a});
  build.test(users, "c", {b});
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0));
  const auto closing = must_get(scheduler, 0);
  CHECK(closing.tests.empty());
  CHECK(closing.service == users);
  scheduler.unit_finished(closing.unit);
  const auto other = must_get(scheduler, 0);
  CHECK(other.service == smoke);
  CHECK_FALSE(other.continues_scope);
  CHECK(tests_of(other) == Tests{b});
}

TEST_CASE("PlanWhoseServiceHasTwoLimitsIsRefused") {
  PlanBuilder build;
  auto other = in_service_mode("users");
  other.max_workers = 2;
  build.service(in_service_mode("users"));
  build.service(other);
  CHECK_THROWS_WITH(Scheduler(build.plan(), 1, 0), "internal error: plan: users has two limits");
}
