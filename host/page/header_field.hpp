#pragma once

#include <string_view>

namespace e2e::host {

/// A header's name and value, both borrowed.
struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// True if the names are equal; ASCII case does not count (RFC 9110, 5.1).
[[nodiscard]] bool is_same_header_name(std::string_view left, std::string_view right) noexcept;

/// True for a token of RFC 9110 (5.6.2): what methods and header names are made of.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trim_blanks(std::string_view text) noexcept;

/// Throws RequestRefused unless the name is a token and the value keeps to one line.
void require_sendable(const HeaderField& header);

}  // namespace e2e::host
