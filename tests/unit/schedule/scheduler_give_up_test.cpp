#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

namespace {

const std::string why = "its plugin crashes";

}  // namespace

TEST_CASE("TestsOfAServiceThatIsGivenUpAreNotRun") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  const auto orders = build.service(in_test_mode("orders"));
  for (const char* name : {"a", "b", "c"}) build.test(users, name);
  build.test(orders, "d");
  Scheduler scheduler(build.plan(), 1, 0);
  complete(scheduler, must_get(scheduler, 0), Status::crashed);
  verdicts(scheduler);
  CHECK(scheduler.give_up(users, why) == 2);
  CHECK(verdicts(scheduler) ==
        std::map<uint32_t, Verdict>{{1, {Outcome::not_run, why}}, {2, {Outcome::not_run, why}}});
  CHECK(tests_of(scheduler.next(0)) == std::vector<uint32_t>{3});
  CHECK(scheduler.give_up(users, why) == 0);
}

TEST_CASE("WhatIsPutBackOfAServiceThatIsGivenUpIsNotRun") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  for (const char* name : {"a", "b", "c"}) build.test(users, name);
  Scheduler scheduler(build.plan(), 1, 0);
  const auto unit = must_get(scheduler, 0);
  scheduler.attempt_finished(unit.unit, 0, 1, Status::crashed);
  CHECK(scheduler.give_up(users, why) == 0);
  scheduler.worker_lost(unit.unit);
  CHECK(verdicts(scheduler) == std::map<uint32_t, Verdict>{{0, {Outcome::failed, ""}},
                                                           {1, {Outcome::not_run, why}},
                                                           {2, {Outcome::not_run, why}}});
  CHECK_FALSE(scheduler.next(0));
  CHECK(scheduler.is_done());
}

TEST_CASE("WhatWaitsForOthersIsNotRunOnceItIsReady") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  const auto orders = build.service(in_test_mode("orders"));
  build.test(users, "a");
  build.test(orders, "b");
  build.test(users, "late", {1});
  build.test(orders, "needs_late", {2});
  Scheduler scheduler(build.plan(), 2, 0);
  // What others wait for goes first.
  const auto b = must_get(scheduler, 0), a = must_get(scheduler, 1);
  REQUIRE(tests_of(b) == std::vector<uint32_t>{1});
  complete(scheduler, a, Status::crashed);
  verdicts(scheduler);
  CHECK(scheduler.give_up(users, why) == 0);
  complete(scheduler, b);
  const auto told = verdicts(scheduler);
  CHECK(told.at(2) == Verdict{Outcome::not_run, why});
  CHECK(told.at(3) == Verdict{Outcome::skipped, "depends on users::m::late, which did not run"});
  CHECK(scheduler.is_done());
}
