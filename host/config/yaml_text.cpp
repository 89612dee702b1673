#include "config/yaml_text.hpp"

#include <algorithm>
#include <cstdint>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

/// "\u202e" of a character of up to U+FFFF, as which all are that printable() shows otherwise.
std::string escaped(std::string_view character) {
  uint32_t point = static_cast<unsigned char>(character[0]);
  if (character.size() > 1) point &= 0x7Fu >> character.size();
  for (const char c : character.substr(1)) point = point << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  std::string out = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += "0123456789abcdef"[point >> shift & 0xf];
  return out;
}

}  // namespace

std::string yaml_text(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const size_t length = std::max<size_t>(utf8_length(text), 1);
    const std::string_view character = text.substr(0, length);
    const char c = character[0];
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (utf8_length(character) == 0)
      out += "\xEF\xBF\xBD";
    else if (c == '\n' || c == '\t' || printable(character) != character)
      out += escaped(character);
    else
      out += character;
    text.remove_prefix(length);
  }
  return out + '"';
}

}  // namespace e2e::host
