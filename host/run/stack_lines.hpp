#pragma once

#include <string>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// The innermost frames of the first of these stacks, for a diagnostic: "\n  at FUNCTION, FILE:LINE" for
/// each.
std::string stack_lines(const std::vector<ThreadStack>& stacks);

}  // namespace e2e::host
