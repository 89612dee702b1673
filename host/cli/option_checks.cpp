#include "cli/option_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"

namespace e2e::host {

OptionCheck whole_number(int64_t low, int64_t high) {
  return [low, high](const std::string& word) -> std::string {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error == std::errc() && end == word.data() + word.size() && value >= low && value <= high) return {};
    return fmt::format("'{}' is not a whole number from {} to {}", printable(word), low, high);
  };
}

OptionCheck one_of(std::vector<std::string> choices) {
  return [choices = std::move(choices)](const std::string& word) -> std::string {
    if (std::find(choices.begin(), choices.end(), word) != choices.end()) return {};
    return fmt::format("'{}' is not one of {}", printable(word), fmt::join(choices, ", "));
  };
}

}  // namespace e2e::host
