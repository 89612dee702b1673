#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// The candidate most like `word`, if one is near enough to have been meant; else empty. By edit distance
/// with transpositions (optimal string alignment), at most a third of the word's length, but
/// one edit at least, as long as something of the word is left.
std::string near_miss(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace e2e::host
