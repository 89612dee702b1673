#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// Parses a line that may be anything: what is nested too deep, or has too many values, is refused before it
/// takes memory. Throws BadEvent.
nlohmann::json parse_bounded(std::string_view line);

/// The members of a JSON object, as events have them: one that is missing has its empty value, one of another
/// type, or out of its bounds, is a BadEvent that names it. Borrows the object, whose texts are moved out.
class JsonMembers {
 public:
  explicit JsonMembers(nlohmann::json& object);

  [[nodiscard]] bool has(const char* name) const;
  /// Empty if it is missing.
  std::string text(const char* name);
  std::vector<std::string> texts(const char* name, size_t max_items);
  bool truth(const char* name);
  /// 0 if it is missing.
  int64_t integer(const char* name, int64_t low, int64_t high);
  /// At most what `Number` holds.
  template <typename Number>
  Number number(const char* name) {
    constexpr auto high = std::numeric_limits<Number>::max() < std::numeric_limits<int64_t>::max()
                              ? static_cast<int64_t>(std::numeric_limits<Number>::max())
                              : std::numeric_limits<int64_t>::max();
    return static_cast<Number>(integer(name, 0, high));
  }
  /// A time: from 0 to EventReader::max_time_ns.
  int64_t time_ns(const char* name);
  /// What a plugin told of a time: held within the same bounds on either side, rather than refused.
  int64_t told_ns(const char* name);
  /// The items of a list; null: it is missing.
  nlohmann::json* list(const char* name, size_t max_items);
  /// Null: it is missing.
  nlohmann::json* object(const char* name);

 private:
  nlohmann::json* find(const char* name);
  nlohmann::json& object_;
};

}  // namespace e2e::host
