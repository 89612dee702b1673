#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

/// The text as a double-quoted YAML scalar in one line, which is read as the same text. What must not reach a
/// terminal, as printable() says, is escaped; bytes that are not UTF-8 become U+FFFD.
std::string yaml_text(std::string_view text);

}  // namespace e2e::host
