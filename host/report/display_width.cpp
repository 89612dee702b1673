#include "report/display_width.hpp"

#include <utf8proc.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

struct Character {
  size_t bytes;
  int columns;
};

/// The character that a text which is not empty begins with.
Character first_character(std::string_view text) {
  const size_t length = utf8_length(text);
  if (length <= 1) return {1, 1};
  utf8proc_int32_t point = 0;
  utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(length), &point);
  return {length, utf8proc_charwidth(point)};
}

/// The longest beginning that takes at most `columns`, with the combining characters that follow it.
std::string_view beginning(std::string_view text, int columns) {
  size_t end = 0;
  while (end < text.size()) {
    const Character character = first_character(text.substr(end));
    if (character.columns > columns) break;
    columns -= character.columns;
    end += character.bytes;
  }
  return text.substr(0, end);
}

}  // namespace

int display_width(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string fit_to_width(std::string_view text, int columns) {
  if (columns <= 0) return {};
  if (beginning(text, columns).size() == text.size()) return std::string(text);
  return std::string(beginning(text, columns - 1)) + "…";
}

std::string fit_end_to_width(std::string_view text, int columns) {
  if (columns <= 0) return {};
  const int width = display_width(text);
  if (width <= columns) return std::string(text);
  // One column less for each that goes, and one for the sign.
  for (int left = width; left > columns - 1 && !text.empty();) {
    const Character character = first_character(text);
    left -= character.columns;
    text.remove_prefix(character.bytes);
  }
  // Combining characters of what went.
  while (!text.empty() && first_character(text).columns == 0) text.remove_prefix(first_character(text).bytes);
  return "…" + std::string(text);
}

std::string pad_to_width(std::string_view text, int columns) {
  return std::string(text) +
         std::string(static_cast<size_t>(std::max(columns - display_width(text), 0)), ' ');
}

}  // namespace e2e::host
