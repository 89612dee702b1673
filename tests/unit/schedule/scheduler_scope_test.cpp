#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

TEST_CASE("SlotStaysWithItsServiceWhileThatHasReadyTests") {
  const auto isolation = GENERATE(Isolation::service, Isolation::none);
  PlanBuilder build;
  const auto users = build.service({"users", Mode::test, isolation});
  const auto orders = build.service({"orders", Mode::test, isolation});
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(users, "b", {}, 1, Priority::low);
  build.test(orders, "c");
  Scheduler scheduler(build.plan(), 1, 0);
  const auto a = must_get(scheduler, 0);
  CHECK(tests_of(a) == Tests{0});
  CHECK_FALSE(a.continues_scope);
  CHECK(a.keeps_scope);
  complete(scheduler, a);
  const auto b = must_get(scheduler, 0);
  CHECK(tests_of(b) == Tests{1});
  CHECK(b.continues_scope);
  CHECK(b.keeps_scope);
  complete(scheduler, b);
}

TEST_CASE("SlotIsToldToCloseItsScopeBeforeItServesAnotherService") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a", {}, 1, Priority::high);
  build.test(orders, "b");
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0));
  const auto closing = must_get(scheduler, 0);
  CHECK(closing.service == users);
  CHECK(closing.tests.empty());
  CHECK(closing.continues_scope);
  CHECK_FALSE(closing.keeps_scope);
  CHECK(scheduler.is_running(closing.unit));
  scheduler.unit_finished(closing.unit);
  const auto b = must_get(scheduler, 0);
  CHECK(tests_of(b) == Tests{1});
  CHECK_FALSE(b.continues_scope);
}

TEST_CASE("ScopeIsClosedWhenItsServiceHasNoTestLeft") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  build.test(users, "a");
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0));
  CHECK_FALSE(scheduler.is_done());
  const auto closing = must_get(scheduler, 0);
  CHECK(closing.tests.empty());
  CHECK_FALSE(scheduler.is_done());
  scheduler.worker_lost(closing.unit);  // a crash in after_all: the scope is gone all the same
  CHECK(scheduler.is_done());
}

TEST_CASE("IdleSlotKeepsItsScopeWhileTestsOfTheServiceMayStillCome") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  const auto orders = build.service(in_test_mode("orders"));
  build.test(users, "a", {}, 1, Priority::critical);
  build.test(orders, "b");
  build.test(users, "c", {1});
  Scheduler scheduler(build.plan(), 2, 0);
  const auto a = must_get(scheduler, 0);
  const auto b = must_get(scheduler, 1);
  complete(scheduler, a);
  CHECK_FALSE(scheduler.next(0));
  SECTION("it goes on in the scope") {
    complete(scheduler, b);
    const auto c = must_get(scheduler, 0);
    CHECK(tests_of(c) == Tests{2});
    CHECK(c.continues_scope);
  }
  SECTION("it closes the scope when the last of them will be skipped") {
    complete(scheduler, b, Status::failed);
    CHECK(must_get(scheduler, 0).tests.empty());
  }
}

TEST_CASE("AfterStopOpenScopesAreClosedAndNothingElseIsHandedOut") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 2, 0);
  complete(scheduler, must_get(scheduler, 0));
  scheduler.stop();
  CHECK_FALSE(scheduler.next(1));
  CHECK_FALSE(scheduler.is_done());
  const auto closing = must_get(scheduler, 0);
  CHECK(closing.tests.empty());
  complete(scheduler, closing);
  CHECK(scheduler.is_done());
}

TEST_CASE("ScopeClosedByTheCallerIsNotContinued") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0), Status::failed);
  scheduler.scope_closed(0);
  scheduler.scope_closed(0);
  CHECK_FALSE(must_get(scheduler, 0).continues_scope);
}

TEST_CASE("LostWorkerTakesItsScopeWithIt") {
  PlanBuilder build;
  const auto users = build.service(with_kept_scope("users"));
  build.test(users, "a");
  build.test(users, "b");
  Scheduler scheduler(build.plan(), 1, 0);
  const auto a = must_get(scheduler, 0);
  scheduler.attempt_finished(a.unit, 0, 1, Status::crashed);
  scheduler.worker_lost(a.unit);
  CHECK_FALSE(must_get(scheduler, 0).continues_scope);
}
