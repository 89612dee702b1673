#include "discovery/elf_text.hpp"

#include "base/utf8.hpp"

namespace e2e::host {

bool is_plain_line(std::string_view text) { return printable_line(text) == text; }

std::string printable_line(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '\n') {
      out += "\\x0A";
    } else if (c == '\t') {
      out += "\\x09";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace e2e::host
