#include "e2e_catch.hpp"
#include "plan_builder.hpp"
#include "schedule/graph.hpp"
#include "schedule/plan.hpp"

using namespace e2e::host;

TEST_CASE("PlanWithoutACycleHasNone") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto a = build.test(users, "a");
  const auto b = build.test(users, "b", {a});
  build.test(users, "c", {a, b, a});
  CHECK(find_cycle(build.plan()) == std::nullopt);
}

TEST_CASE("TestThatDependsOnItselfIsACycle") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a", {0});
  CHECK(find_cycle(build.plan()) == "users::m::a -> users::m::a");
}

TEST_CASE("CycleIsWrittenFromItsFirstTestAlongDependencies") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  const auto orders = build.service(in_service_mode("orders"));
  build.test(users, "free");
  build.test(users, "a", {3});
  build.test(users, "b", {1});
  build.test(orders, "c", {2});
  CHECK(find_cycle(build.plan()) == "users::m::a -> orders::m::c -> users::m::b -> users::m::a");
}

TEST_CASE("OfSeveralCyclesTheShortestIsNamed") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a", {1});
  build.test(users, "b", {2});
  build.test(users, "c", {0, 3});
  build.test(users, "d", {4});
  build.test(users, "e", {3});
  CHECK(find_cycle(build.plan()) == "users::m::d -> users::m::e -> users::m::d");
}

TEST_CASE("CycleOfAHundredThousandTestsIsFoundWithoutRecursion") {
  constexpr uint32_t count = 100'000;
  Graph ring(count);
  for (uint32_t node = 0; node < count; ++node) ring[node] = {(node + 1) % count};
  const auto cycle = shortest_cycle(ring);
  REQUIRE(cycle.size() == count + 1);
  CHECK(cycle.front() == 0);
  CHECK(cycle.back() == 0);
}

TEST_CASE("ExhaustedBudgetStillNamesACycle") {
  const Graph graph{{1}, {2}, {0, 3}, {4}, {3}};
  CHECK(shortest_cycle(graph, 0) == std::vector<uint32_t>{0, 1, 2, 0});
  CHECK(shortest_cycle(graph) == std::vector<uint32_t>{3, 4, 3});
}

TEST_CASE("ComponentComesAfterThoseItHasEdgesTo") {
  const Graph graph{{1}, {2, 3}, {1}, {4}, {}};
  const std::vector<std::vector<uint32_t>> expected{{4}, {3}, {1, 2}, {0}};
  CHECK(strong_components(graph) == expected);
}

TEST_CASE("PlanWithAnImpossibleEntryIsRefused") {
  PlanBuilder build;
  const auto users = build.service(in_service_mode("users"));
  build.test(users, "a");
  SECTION("a dependency that is not in the plan") { build.plan().tests[0].depends_on = {1}; }
  SECTION("a service that is not in the plan") { build.plan().tests[0].service = 1; }
  SECTION("no attempt") { build.plan().tests[0].max_attempts = 0; }
  CHECK_THROWS_AS(dependencies_of(build.plan()), std::invalid_argument);
}
