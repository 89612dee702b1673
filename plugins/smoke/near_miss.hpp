#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace smoke {

/// The candidate that begins with `word`, or is most like it, at most a third of its length in edits away
/// (Levenshtein); else empty.
std::string near_miss(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace smoke
