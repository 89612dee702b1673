// Text taken from files that nobody vouches for.
#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

/// True if `text` is one line that printable() of base/utf8.hpp has no objection to.
bool is_plain_line(std::string_view text);

/// printable(), and newline and tab made visible too: a name fit for a sentence of one line.
std::string printable_line(std::string_view text);

}  // namespace e2e::host
