#pragma once

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// A value of a line.
using JsonValue = rapidjson::Value;

/// Reads lines of JSON, one after the other. One thread.
class JsonLine {
 public:
  JsonLine();
  ~JsonLine();
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;

  /// The line's object, valid until the next call. It may be anything: what is nested too deep, or has too
  /// many values, is refused before it takes memory. Throws BadEvent.
  JsonValue& parse(std::string_view line);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

/// A text as UTF-8.
std::string text_of(const JsonValue& value);

/// The members of a JSON object, as events have them: one that is missing has its empty value, one of another
/// type, or out of its bounds, is a BadEvent that names it. Borrows the object.
class JsonMembers {
 public:
  explicit JsonMembers(JsonValue& object);

  [[nodiscard]] bool has(const char* name) const;
  /// Empty if it is missing.
  std::string text(const char* name);
  std::vector<std::string> texts(const char* name, size_t max_items);
  /// Each item of a list of objects, by read(members).
  template <typename Item, typename Read>
  std::vector<Item> items(const char* name, size_t max_items, Read read) {
    std::vector<Item> found;
    JsonValue* const all = list(name, max_items);
    if (all == nullptr) return found;
    found.reserve(all->Size());
    for (JsonValue& value : all->GetArray()) {
      JsonMembers members(value);
      found.push_back(read(members));
    }
    return found;
  }
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
  JsonValue* list(const char* name, size_t max_items);
  /// Null: it is missing.
  JsonValue* object(const char* name);

 private:
  JsonValue* find(const char* name);
  JsonValue& object_;
};

}  // namespace e2e::host
