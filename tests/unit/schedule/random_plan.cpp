#include "random_plan.hpp"

#include <algorithm>
#include <numeric>

namespace e2e::host {

Plan random_plan(Random& random) {
  Plan plan;
  const uint32_t services = 1 + random.below(5);
  // Some are plugins of one service.
  for (uint32_t i = 0; i < services; ++i)
    plan.services.push_back(i > 0 && random.chance(30) ? plan.services.back()
                                                       : PlannedService{"s" + std::to_string(i)});
  randomise_services(plan, random);

  const uint32_t count = random.chance(10) ? 40 : random.below(16);
  for (uint32_t i = 0; i < count; ++i) plan.tests.push_back({"", random.below(services)});
  std::sort(plan.tests.begin(), plan.tests.end(),
            [](const PlannedTest& left, const PlannedTest& right) { return left.service < right.service; });

  // Dependencies point back in an order that has nothing to do with the canonical one.
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  for (uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const uint32_t density = random.below(3);
  for (uint32_t i = 0; i < count; ++i) {
    PlannedTest& test = plan.tests[order[i]];
    test.id = plan.services[test.service].name + "::m::t" + std::to_string(order[i]);
    test.priority = static_cast<Priority>(random.below(4));
    test.max_attempts = 1 + random.below(3);
    for (uint32_t d = random.below(density + 1); i > 0 && d > 0; --d) {
      test.depends_on.push_back(order[random.below(i)]);
    }
  }
  if (random.chance(40))
    for (PlannedTest& test : plan.tests)
      for (uint32_t i = random.below(3); i > 0; --i)
        test.resources.push_back({random.below(3), random.chance(50)});
  return plan;
}

void randomise_services(Plan& plan, Random& random) {
  const PlannedService* before = nullptr;
  for (PlannedService& service : plan.services) {
    if (before != nullptr && before->name == service.name) {
      service = *before;
      continue;
    }
    before = &service;
    service.mode = static_cast<Mode>(random.below(2));
    service.isolation = static_cast<Isolation>(random.below(3));
    service.parallel = !random.chance(25);
    service.exclusive = random.chance(20);
    service.max_workers = random.below(3);
  }
}

}  // namespace e2e::host
