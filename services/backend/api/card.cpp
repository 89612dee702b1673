#include "api/card.hpp"

#include <algorithm>

namespace demo {

bool is_card_number(std::string_view number) {
  if (number.size() < 12 || number.size() > 19) return false;
  if (!std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  int sum = 0;
  bool is_doubled = false;
  for (auto digit = number.rbegin(); digit != number.rend(); ++digit, is_doubled = !is_doubled) {
    const int value = (*digit - '0') * (is_doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

std::optional<std::string_view> decline_code(std::string_view number) {
  if (number == "4000000000000002") return "generic_decline";
  if (number == "4000000000009995") return "insufficient_funds";
  if (number == "4000000000000069") return "expired_card";
  return std::nullopt;
}

}  // namespace demo
