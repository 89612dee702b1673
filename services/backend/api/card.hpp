// Test cards: which numbers there are, and what the bank says to them.
#pragma once

#include <optional>
#include <string_view>

namespace demo {

/// True for 12 to 19 digits whose last is the check digit of the others (Luhn, ISO/IEC 7812-1).
[[nodiscard]] bool is_card_number(std::string_view number);

/// Why the bank declines this card, or nothing if it pays: 4000000000000002 `generic_decline`,
/// 4000000000009995 `insufficient_funds`, 4000000000000069 `expired_card`.
[[nodiscard]] std::optional<std::string_view> decline_code(std::string_view number);

}  // namespace demo
