#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// Debug information has whole paths, reports have them from the project's folder on. `known_file` is the
/// latter of a file that may be on the stacks: where it is, its folder is taken off all paths that are below
/// it.
void shorten_paths(std::vector<ThreadStack>& stacks, std::string_view known_file);

/// The same for a place "FILE:LINE:COLUMN" in `known_file`; any other as it is.
std::string shortened_place(const std::string& place, std::string_view known_file);

}  // namespace e2e::host
