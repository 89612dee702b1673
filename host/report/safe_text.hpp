#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// The text as one line that a terminal may show: printable(), newlines as `\n`, tabs as spaces, of more
/// than 4 KiB its beginning and end. So nothing that a test says can look like a line of ours.
std::string one_line(std::string_view text);

/// The text's first line that is not blank, as one_line() gives it.
std::string first_line(std::string_view text);

/// The text's lines as a terminal may show them, without their ends (\n or \r\n). Tabs are kept.
std::vector<std::string> safe_lines(std::string_view text);

/// Appends the lines, each after `indent` spaces and cut to 500 columns.
void append_indented(std::string& out, const std::vector<std::string>& lines, int indent);

}  // namespace e2e::host
