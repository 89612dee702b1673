#pragma once

#include <string>
#include <vector>

#include "events/event.hpp"
#include "report/failure_text.hpp"

namespace e2e::host {

/// An attempt's stacks, as indented lines that are safe to show; empty where there are none. Deep
/// recursions are cut, and so are threads past a few.
std::string stack_text(const std::vector<ThreadStack>& stacks, const TextLayout& layout);

}  // namespace e2e::host
