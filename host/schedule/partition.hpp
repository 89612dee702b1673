#pragma once

#include <cstdint>
#include <vector>

#include "schedule/plan.hpp"

namespace e2e::host {

/// Tests that are handed out together, as one unit, the first time.
struct Part {
  uint32_t service = 0;
  std::vector<uint32_t> tests;           ///< in the order to run them: dependencies, priority, place
  Priority priority = Priority::normal;  ///< the highest of its tests
  uint32_t chain = 0;                    ///< how many tests the longest chain of parts that wait for it has
};

/// Divides the plan's tests into parts: in mode `test` one test each; in mode `service` all tests of a
/// service, or, where services depend on each other in both directions, few parts of it, so that parts never
/// wait for each other in a circle. Each part comes after those it depends on. `dependencies` is
/// dependencies_of(plan). Throws std::invalid_argument if they have a cycle. O((tests + dependencies) log
/// tests).
std::vector<Part> partition(const Plan& plan, const Graph& dependencies);

}  // namespace e2e::host
