#include "report/ink.hpp"

#include <algorithm>

namespace e2e::host {
namespace {

std::string_view escape_of(Tint tint) {
  switch (tint) {
    case Tint::bold:
      return "\x1b[1m";
    case Tint::dim:
      return "\x1b[2m";
    case Tint::red:
      return "\x1b[31m";
    case Tint::green:
      return "\x1b[32m";
    case Tint::yellow:
      return "\x1b[33m";
    case Tint::cyan:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

std::string Ink::operator()(Tint tint, std::string_view text) const {
  if (!is_on_ || text.empty()) return std::string(text);
  std::string out(escape_of(tint));
  out += text;
  out += "\x1b[0m";
  return out;
}

std::string without_ink(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b')
      i = std::min(text.find('m', i), text.size());
    else
      out += text[i];
  }
  return out;
}

}  // namespace e2e::host
