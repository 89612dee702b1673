#include "schedule/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace e2e::host {

Graph dependencies_of(const Plan& plan) {
  if (!plan.places.empty() && plan.places.size() != plan.tests.size())
    throw std::invalid_argument("internal error: plan: not one place for each test");
  Graph dependencies;
  dependencies.reserve(plan.tests.size());
  for (const PlannedTest& test : plan.tests) {
    if (test.service >= plan.services.size()) {
      throw std::invalid_argument(
          fmt::format("internal error: plan: {}: no service {}", test.id, test.service));
    }
    if (test.max_attempts == 0) {
      throw std::invalid_argument(fmt::format("internal error: plan: {}: no attempt allowed", test.id));
    }
    std::vector<uint32_t> sorted = test.depends_on;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    if (!sorted.empty() && sorted.back() >= plan.tests.size()) {
      throw std::invalid_argument(
          fmt::format("internal error: plan: {}: no test {}", test.id, sorted.back()));
    }
    dependencies.push_back(std::move(sorted));
  }
  return dependencies;
}

std::optional<std::string> find_cycle(const Plan& plan) {
  const std::vector<uint32_t> cycle = shortest_cycle(dependencies_of(plan));
  if (cycle.empty()) return std::nullopt;
  std::string text;
  for (const uint32_t test : cycle) {
    if (!text.empty()) text += " -> ";
    text += plan.tests[test].id;
  }
  return text;
}

bool keeps_scope(const PlannedService& service) {
  return service.mode == Mode::test && service.isolation != Isolation::process;
}

}  // namespace e2e::host
