#include "page/header_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "page/request.hpp"

namespace e2e::host {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

constexpr std::array<bool, 256> token_characters = [] {
  std::array<bool, 256> is_one{};
  constexpr std::string_view all =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&'*+-.^_`|~";
  for (const char c : all) is_one[static_cast<unsigned char>(c)] = true;
  return is_one;
}();

bool is_token_character(char c) noexcept { return token_characters[static_cast<unsigned char>(c)]; }

}  // namespace

bool is_same_header_name(std::string_view left, std::string_view right) noexcept {
  return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(),
                                                   [](char a, char b) { return lower(a) == lower(b); });
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

std::string_view trim_blanks(std::string_view text) noexcept {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void require_sendable(const HeaderField& header) {
  if (!is_token(header.name)) {
    throw RequestRefused(fmt::format("'{}' is not a header name: use letters, digits and hyphens",
                                     printable(header.name.substr(0, 100))));
  }
  if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw RequestRefused(
        fmt::format("the value of header '{}' has a line break or a NUL in it", header.name));
  }
}

}  // namespace e2e::host
