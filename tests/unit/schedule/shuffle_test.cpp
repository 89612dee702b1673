#include "schedule/shuffle.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "plan_builder.hpp"
#include "scheduler_drive.hpp"

using namespace e2e::host;

namespace {

using Indices = std::vector<uint32_t>;

/// The order in which one slot gets the tests.
Indices order_of(const Plan& plan) {
  Scheduler scheduler(plan, 1, 0);
  Indices order;
  while (const auto assignment = scheduler.next(0)) {
    for (const UnitTest& test : assignment->tests) order.push_back(test.test);
    complete(scheduler, *assignment);
  }
  return order;
}

/// Three services of six tests, some of which depend on each other and have priorities.
Plan plan_in(Mode mode) {
  PlanBuilder build;
  for (const char* name : {"a", "b", "c"}) {
    const uint32_t service = build.service({name, mode, Isolation::process});
    const uint32_t first = build.test(service, "0", {}, 1, Priority::critical);
    for (const char* test : {"1", "2", "3"}) build.test(service, test);
    build.test(service, "4", {first + 3});
    build.test(service, "5", {first, first + 4});
  }
  return build.plan();
}

}  // namespace

TEST_CASE("SeedDecidesTheOrder", "[shuffle]") {
  // The same with every compiler and library: a seed from a colleague's machine has to mean the same here.
  CHECK(shuffled_places(6, 42) == shuffled_places(6, 42));
  CHECK(shuffled_places(0, 1).empty());
  CHECK(shuffled_places(1, 1) == Indices{0});
  std::set<Indices> orders;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    Indices places = shuffled_places(4, seed);
    orders.insert(places);
    std::sort(places.begin(), places.end());
    CHECK(places == Indices{0, 1, 2, 3});
  }
  CHECK(orders.size() == 24);
}

TEST_CASE("PlacesDecideWithinWhatDependenciesAllow", "[shuffle]") {
  const auto mode = GENERATE(Mode::service, Mode::test);
  Plan plan = plan_in(mode);
  const Graph dependencies = dependencies_of(plan);
  std::set<Indices> orders;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    plan.places = shuffled_places(18, seed);
    const Indices order = order_of(plan);
    REQUIRE(order.size() == 18);
    orders.insert(order);
    std::vector<size_t> at(18);
    for (size_t i = 0; i < order.size(); ++i) at[order[i]] = i;
    for (uint32_t test = 0; test < 18; ++test)
      for (const uint32_t dependency : dependencies[test]) CHECK(at[dependency] < at[test]);
  }
  CHECK(orders.size() > 90);
}

TEST_CASE("PlacesOverrulePriorities", "[shuffle]") {
  PlanBuilder build;
  const uint32_t service = build.service(in_test_mode("a"));
  build.test(service, "0", {}, 1, Priority::critical);
  build.test(service, "1");
  build.test(service, "2", {}, 1, Priority::low);
  Plan plan = build.plan();
  CHECK(order_of(plan) == Indices{0, 1, 2});
  plan.places = {2, 1, 0};
  CHECK(order_of(plan) == Indices{2, 1, 0});
  plan.places = {0, 1};
  CHECK_THROWS_AS(Scheduler(plan, 1, 0), std::invalid_argument);
}
