#pragma once

#include <cstdint>
#include <random>

#include "schedule/plan.hpp"

namespace e2e::host {

/// Numbers that follow from a seed alone, with any standard library.
class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  /// From 0 to bound - 1.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(engine_() % bound); }
  /// True in `percent` of 100 cases.
  bool chance(uint32_t percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

/// Up to 5 services, some of which are plugins of one; up to 40 tests that depend on each other without a
/// cycle, in both directions between services.
Plan random_plan(Random& random);

/// Gives each service of the plan other options: mode, isolation, limits.
void randomise_services(Plan& plan, Random& random);

}  // namespace e2e::host
