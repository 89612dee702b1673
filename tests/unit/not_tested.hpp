#pragma once

#include <string>

/// For what a machine may lack without which a case can't be tried.
namespace e2e_test {

enum class Lacking {
  anywhere,   ///< a machine may lack it
  by_mistake  ///< root, or a terminal: where the variable E2E_ALL_TESTS is set, the case fails
};

/// Says that a case is not tested here, and why; the case has to return then. The program ends with 77, which
/// ctest shows as skipped, unless another case failed. Within a case only.
void not_tested(const std::string& why, Lacking lacking);

}  // namespace e2e_test
