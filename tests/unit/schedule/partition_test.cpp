#include "schedule/partition.hpp"
#include "e2e_catch.hpp"
#include "plan_builder.hpp"
#include "random_plan.hpp"

using namespace e2e::host;

namespace {

std::vector<Part> parts_of(const Plan& plan) { return partition(plan, dependencies_of(plan)); }

std::vector<std::vector<uint32_t>> tests_of_parts(const Plan& plan) {
  std::vector<std::vector<uint32_t>> tests;
  for (const Part& part : parts_of(plan)) tests.push_back(part.tests);
  return tests;
}

using Groups = std::vector<std::vector<uint32_t>>;

}  // namespace

TEST_CASE("ServiceIsOnePartOrderedByDependencyThenPriorityThenCanonically") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto low = build.test(users, "low", {}, 1, Priority::low);
  const auto first = build.test(users, "first");
  const auto second = build.test(users, "second");
  const auto critical_late = build.test(users, "critical_late", {second}, 1, Priority::critical);
  const auto high = build.test(users, "high", {}, 1, Priority::high);
  const auto parts = parts_of(build.plan());
  REQUIRE(parts.size() == 1);
  CHECK(parts[0].tests == std::vector<uint32_t>{high, first, second, critical_late, low});
  CHECK(parts[0].priority == Priority::critical);
}

TEST_CASE("ServiceWhoseTestsAreNotTogetherInThePlanIsStillOnePart") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(orders, "b");
  build.test(users, "c");
  CHECK(tests_of_parts(build.plan()) == Groups{{0, 2}, {1}});
}

TEST_CASE("ModeTestMakesAPartOfEachTest") {
  PlanBuilder build;
  const auto users = build.service(in_test_mode("users"));
  build.test(users, "a");
  build.test(users, "b", {0});
  CHECK(tests_of_parts(build.plan()) == Groups{{0}, {1}});
}

TEST_CASE("DependenciesInOneDirectionDoNotDivideAService") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a", {2});
  build.test(users, "b");
  build.test(orders, "c");
  build.test(orders, "d");
  CHECK(tests_of_parts(build.plan()) == Groups{{2, 3}, {0, 1}});
}

TEST_CASE("DependenciesInBothDirectionsDivideOneOfTheServices") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "a");
  build.test(users, "b", {3});
  build.test(orders, "c");
  build.test(orders, "d", {0});
  CHECK(tests_of_parts(build.plan()) == Groups{{0}, {2, 3}, {1}});
}

TEST_CASE("ServicesBeforeAndAfterACircleStayWhole") {
  PlanBuilder build;
  const auto after = build.service(in_service_mode("after"));
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  const auto before = build.service(in_service_mode("before"));
  build.test(after, "a");
  build.test(after, "b", {3});
  build.test(users, "c", {6});
  build.test(users, "d", {5});
  build.test(orders, "e", {7});
  build.test(orders, "f", {2});
  build.test(before, "g");
  build.test(before, "h");
  CHECK(tests_of_parts(build.plan()) == Groups{{6, 7}, {2}, {4, 5}, {3}, {0, 1}});
}

TEST_CASE("CircleThroughATestOfAnotherModeDividesTheService") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_test_mode("orders"));
  build.test(users, "a");
  build.test(users, "b", {2});
  build.test(orders, "c", {0});
  CHECK(tests_of_parts(build.plan()) == Groups{{0}, {2}, {1}});
}

TEST_CASE("EveryDependencyIsInTheSameOrAnEarlierPart") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  constexpr uint32_t steps = 20'000;
  build.test(users, "start");
  for (uint32_t i = 1; i < steps; ++i) build.test(i % 2 == 0 ? users : orders, "step", {i - 1});
  const auto parts = parts_of(build.plan());
  REQUIRE(parts.size() == steps);
  for (uint32_t i = 0; i < steps; ++i) REQUIRE(parts[i].tests == std::vector<uint32_t>{i});
  CHECK(parts[0].chain == steps - 1);
}

TEST_CASE("RandomPlansFallIntoPartsThatHoldEachTestOnceAfterItsDependencies") {
  uint32_t divided = 0;
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    Random random(seed);
    const Plan plan = random_plan(random);
    INFO("seed " << seed);
    std::vector<uint32_t> times(plan.tests.size());
    std::vector<uint32_t> parts_of_service(plan.services.size());
    for (const Part& part : parts_of(plan)) {
      REQUIRE_FALSE(part.tests.empty());
      for (const uint32_t test : part.tests) {
        REQUIRE(plan.tests[test].service == part.service);
        REQUIRE(++times[test] == 1);
        for (const uint32_t dependency : plan.tests[test].depends_on) REQUIRE(times[dependency] == 1);
      }
      const bool is_whole = plan.services[part.service].mode == Mode::service;
      if (is_whole && ++parts_of_service[part.service] == 2) ++divided;
    }
    for (const uint32_t count : times) REQUIRE(count == 1);
  }
  CHECK(divided > 100);  // else the plans are too tame to show anything
}

TEST_CASE("ChainCountsTheTestsOfTheLongestWaitingChain") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  const auto payments = build.service(in_test_mode("payments"));
  build.test(users, "a");
  build.test(orders, "b", {0});
  build.test(orders, "c");
  build.test(payments, "d", {0});
  build.test(payments, "e", {2});
  const auto parts = parts_of(build.plan());
  REQUIRE(parts.size() == 4);
  CHECK(parts[0].tests == std::vector<uint32_t>{0});
  CHECK(parts[0].chain == 3);
  CHECK(parts.back().chain == 0);
}

TEST_CASE("CycleOfTestsCannotBePartitioned") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a", {1});
  build.test(users, "b", {0});
  CHECK_THROWS_WITH(parts_of(build.plan()),
                    "internal error: plan: dependency cycle: users::m::a -> users::m::b -> users::m::a");
}
