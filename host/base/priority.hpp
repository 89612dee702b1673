#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace e2e::host {

/// How early a test is wanted. Later enumerators are more urgent.
enum class Priority : uint8_t { low, normal, high, critical };

constexpr std::string_view to_string(Priority priority) {
  switch (priority) {
    case Priority::low:
      return "low";
    case Priority::normal:
      return "normal";
    case Priority::high:
      return "high";
    case Priority::critical:
      return "critical";
  }
  return "?";
}

/// The priority of that name, or nullopt.
constexpr std::optional<Priority> parse_priority(std::string_view name) {
  if (name == "low") return Priority::low;
  if (name == "normal") return Priority::normal;
  if (name == "high") return Priority::high;
  if (name == "critical") return Priority::critical;
  return std::nullopt;
}

}  // namespace e2e::host
