#pragma once

#include <e2e/abi.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace e2e::host {

/// `text` in the form that crosses the boundary; borrowed from the same owner.
[[nodiscard]] inline e2e_str to_abi(std::string_view text) noexcept { return {text.data(), text.size()}; }

/// The text that a plugin gave; nothing if it has a length but no pointer, or a length that no memory can
/// have.
[[nodiscard]] inline std::optional<std::string_view> from_abi(e2e_str text) noexcept {
  if (text.len == 0) return std::string_view();
  if (text.ptr == nullptr || text.len > static_cast<uint64_t>(PTRDIFF_MAX)) return std::nullopt;
  return std::string_view(text.ptr, text.len);
}

}  // namespace e2e::host
