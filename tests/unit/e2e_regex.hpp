#pragma once
// Regular expressions for tests. <regex> is compiled here once: in each file that uses it, it takes longer
// than all else of that file.

#include <string>
#include <vector>

namespace e2e_test {

// Patterns are ECMAScript's. A wrong one throws std::regex_error.

/// Whether all of the text is as the pattern says.
[[nodiscard]] bool is_like(const std::string& text, const std::string& pattern);
/// Whether some of it is.
[[nodiscard]] bool has_like(const std::string& text, const std::string& pattern);
/// The first place that is so, and the groups in it; empty if there is none.
[[nodiscard]] std::vector<std::string> found_like(const std::string& text, const std::string& pattern);
/// The text with every such place replaced; `$1` stands for its first group.
[[nodiscard]] std::string replaced_like(const std::string& text, const std::string& pattern,
                                        const std::string& with);

}  // namespace e2e_test
