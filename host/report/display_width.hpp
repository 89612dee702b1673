#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

/// Columns that the text takes on a terminal: 2 for an East Asian wide character, 0 for a combining one. A
/// byte that is not UTF-8 counts as one column.
int display_width(std::string_view text);

/// The text, if it takes at most `columns`, else as much of its beginning as fits before a closing `…`.
/// Empty for no columns.
std::string fit_to_width(std::string_view text, int columns);

/// The same, but what is left of it is its end, behind a `…`.
std::string fit_end_to_width(std::string_view text, int columns);

/// The text with spaces behind it up to `columns`.
std::string pad_to_width(std::string_view text, int columns);

}  // namespace e2e::host
