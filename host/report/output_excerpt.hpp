#pragma once

#include <string>
#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// What an attempt wrote, in short: its first and last lines, with how much was left out between, safe to
/// show. A heading at two spaces, the lines at four; ends with a newline. Empty if nothing was written.
std::string output_excerpt(std::string_view name, const CapturedOutput& output);

}  // namespace e2e::host
