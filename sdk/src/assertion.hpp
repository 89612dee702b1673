#pragma once

#include <string>

#include "e2e/location.hpp"

namespace e2e::detail {

/// What an assertion says where it does not hold.
struct Assertion {
  std::string expression, expected, actual;
  std::string message;
};

enum class Strictness { soft, hard };

/// Reports the assertion if it does not hold; a hard one then ends the test. Returns `holds`.
bool judge(Strictness strictness, bool holds, const Assertion& assertion, Location where);

}  // namespace e2e::detail
