#include "schedule/held_resources.hpp"

#include <algorithm>

namespace e2e::host {

HeldResources::HeldResources(const Plan& plan)
    : plan_(plan), are_needed_(std::any_of(plan.tests.begin(), plan.tests.end(), [](const auto& test) {
        return !test.resources.empty();
      })) {}

bool HeldResources::is_blocked(const std::vector<uint32_t>& tests) const {
  for (const uint32_t test : tests)
    for (const NeededResource& needed : plan_.tests[test].resources) {
      const auto held = held_.find(needed.resource);
      if (held != held_.end() && (held->second.is_whole || (!needed.is_shared && held->second.shares > 0)))
        return true;
    }
  return false;
}

std::unordered_map<uint32_t, bool> HeldResources::needs_of(const std::vector<uint32_t>& tests) const {
  std::unordered_map<uint32_t, bool> is_whole;
  for (const uint32_t test : tests)
    for (const NeededResource& needed : plan_.tests[test].resources)
      is_whole[needed.resource] |= !needed.is_shared;
  return is_whole;
}

void HeldResources::take(const std::vector<uint32_t>& tests) {
  for (const auto& [resource, whole] : needs_of(tests)) {
    Holding& holding = held_[resource];
    if (whole)
      holding.is_whole = true;
    else
      ++holding.shares;
  }
}

void HeldResources::give_back(const std::vector<uint32_t>& tests) {
  for (const auto& [resource, whole] : needs_of(tests)) {
    Holding& holding = held_[resource];
    if (whole)
      holding.is_whole = false;
    else
      --holding.shares;
    if (!holding.is_whole && holding.shares == 0) held_.erase(resource);
  }
}

}  // namespace e2e::host
