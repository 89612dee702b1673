#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace e2e::host {

/// Bytes of the well-formed UTF-8 character that `text` begins with (Unicode 15, table 3-7): 1 to 4; 0 if it
/// begins with none, or is empty.
size_t utf8_length(std::string_view text) noexcept;

/// Whether all of the text is well-formed UTF-8.
bool is_utf8(std::string_view text) noexcept;

/// The text with U+FFFD for each byte that is not UTF-8: what JSON has of it.
void make_utf8(std::string& text);

/// How many bytes at the text's end begin a character whose rest is missing: 0 to 3.
size_t utf8_cut_length(std::string_view text) noexcept;

/// The text as a terminal may safely show it: control characters other than newline and tab, the C1 range,
/// the bidirectional controls and bytes that are not UTF-8 are made visible as \xNN or \u{NNNN}.
std::string printable(std::string_view text);

}  // namespace e2e::host
