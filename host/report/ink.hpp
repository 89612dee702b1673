#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace e2e::host {

enum class Tint : uint8_t { bold, dim, red, green, yellow, cyan };

/// Colours text for a terminal, or leaves it as it is. The text must be safe to show already.
class Ink {
 public:
  Ink() noexcept = default;
  explicit Ink(bool is_on) noexcept : is_on_(is_on) {}
  [[nodiscard]] std::string operator()(Tint tint, std::string_view text) const;

 private:
  bool is_on_ = false;
};

/// The text without the colours that an Ink gave it.
std::string without_ink(std::string_view text);

}  // namespace e2e::host
