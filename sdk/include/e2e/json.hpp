#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "location.hpp"
#include "print.hpp"

struct e2e_json;

namespace e2e {

class Json;

/// JSON to send: made from text, numbers, bools, nullptr, std::optional (empty: null), vectors, a Json, or
/// with object() and array(). Keeps its own serialised text. Numbers that JSON has not (NaN, infinity) are a
/// failure.
class JsonValue {
 public:
  JsonValue();  ///< null
  JsonValue(std::nullptr_t);
  JsonValue(const char* text);  ///< A null pointer is null.
  JsonValue(std::string_view text);
  JsonValue(const std::string& text);
  JsonValue(const Json& json);
  template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  JsonValue(T value) : JsonValue(Serialised{number_text(value)}) {}
  template <class T>
  JsonValue(const std::optional<T>& value) : JsonValue(value ? JsonValue(*value) : JsonValue()) {}
  template <class T>
  JsonValue(const std::vector<T>& values);

  JsonValue(const JsonValue& other);
  JsonValue(JsonValue&& other) noexcept;
  JsonValue& operator=(const JsonValue& other);
  JsonValue& operator=(JsonValue&& other) noexcept;
  ~JsonValue();

  /// Compact JSON.
  const std::string& text() const noexcept { return text_; }

  /// `text` is taken for JSON as it is.
  static JsonValue from_text(std::string text);

 private:
  struct Serialised {
    std::string text;
  };
  explicit JsonValue(Serialised serialised);

  template <class T>
  static std::string number_text(T value) {
    if constexpr (std::is_same_v<T, bool>) {
      return bool_text(value);
    } else if constexpr (std::is_floating_point_v<T>) {
      return double_text(static_cast<double>(value));
    } else if constexpr (std::is_signed_v<T>) {
      return detail::text_of_int(value);
    } else {
      return detail::text_of_uint(value);
    }
  }
  static std::string bool_text(bool value);
  static std::string double_text(double value);

  std::string text_;
};

/// A member of a JSON object: `{"email", user.email}`.
struct JsonMember {
  JsonMember(std::string_view key, JsonValue value);
  ~JsonMember();
  JsonMember(const JsonMember&);
  std::string key;
  JsonValue value;
};

/// `e2e::object({{"token", token}, {"uses", 3}})`. Members keep their order.
JsonValue object(std::initializer_list<JsonMember> members = {});
/// `e2e::array({1, "two", nullptr})`
JsonValue array(std::initializer_list<JsonValue> elements = {});
JsonValue array(const std::vector<JsonValue>& elements);

template <class T>
JsonValue::JsonValue(const std::vector<T>& values)
    : JsonValue(array(std::vector<JsonValue>(values.begin(), values.end()))) {}

enum class JsonType { null, boolean, integer, number, string, array, object };

namespace detail {
class Document;
struct Outcome;
}  // namespace detail

/// A JSON value that was received, read through the host. Copies are cheap and share the document, which is
/// freed with the last of them. A document is used by one thread at a time.
///
/// Where something is not there, or of another type, the test fails (hard) with a message that names the
/// place.
class Json {
 public:
  Json(const Json& other);
  Json(Json&& other) noexcept;
  Json& operator=(const Json& other);
  Json& operator=(Json&& other) noexcept;
  ~Json();

  JsonType type() const;
  bool is_null() const { return type() == JsonType::null; }
  bool is_array() const { return type() == JsonType::array; }
  bool is_object() const { return type() == JsonType::object; }

  std::string as_string(Location where = Location::here()) const;
  std::int64_t as_int(Location where = Location::here()) const;
  double as_double(Location where = Location::here()) const;  ///< Takes integers too.
  bool as_bool(Location where = Location::here()) const;

  /// Elements of an array, members of an object; 0 for the rest.
  std::size_t size() const;
  bool empty() const { return size() == 0; }
  /// Names of an object's members, in document order; empty for the rest.
  std::vector<std::string> keys() const;

  template <class I, std::enable_if_t<std::is_integral_v<I>, int> = 0>
  Json operator[](I index) const {
    return element(static_cast<std::int64_t>(index));
  }
  Json operator[](std::string_view key) const;
  /// The value at a path: `path("items[0].name")`, `path("['a.b'].c")`.
  Json path(std::string_view path, Location where = Location::here()) const;
  /// All values at a path in which `*` stands for every element or member: `all("items[*].id")`. What is not
  /// there is left out; a malformed path ends the test.
  std::vector<Json> all(std::string_view path, Location where = Location::here()) const;
  /// The value at a JSON pointer (RFC 6901).
  Json at(std::string_view pointer, Location where = Location::here()) const;
  /// Whether this is an object with such a member.
  bool contains(std::string_view key) const;
  /// Where this value is in its document, as a JSON pointer.
  const std::string& pointer() const noexcept { return pointer_; }

  std::string dump() const;  ///< Compact.

  /// Equal as JSON: members in any order, 1 equals 1.0.
  bool equals(const Json& other) const;
  bool equals(const JsonValue& other) const;

  /// Elements of an array, or values of an object's members.
  class Iterator {
   public:
    Iterator(const Json* parent, std::size_t index) : parent_(parent), index_(index) {}
    Json operator*() const { return parent_->child(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Json* parent_;
    std::size_t index_;
  };
  Iterator begin() const { return Iterator(this, 0); }
  Iterator end() const { return Iterator(this, size()); }

 private:
  friend class detail::Document;
  Json(detail::Document* document, const e2e_json* node, std::string pointer, Location where);
  Json element(std::int64_t index) const;
  Json child(std::size_t index) const;
  [[noreturn]] void fail_type(const char* wanted, Location where) const;

  detail::Document* document_;
  const e2e_json* node_;
  std::string pointer_;
  Location where_;  // of the call that took it from its document, for operator[]
};

/// Parses text. The test fails if it is not JSON.
Json parse_json(std::string_view text, Location where = Location::here());

namespace detail {
template <class T>
constexpr bool is_json_comparable_v = std::is_convertible_v<const T&, JsonValue> && !std::is_same_v<T, Json>;
}

inline bool operator==(const Json& lhs, const Json& rhs) { return lhs.equals(rhs); }
inline bool operator!=(const Json& lhs, const Json& rhs) { return !lhs.equals(rhs); }
template <class T, std::enable_if_t<detail::is_json_comparable_v<T>, int> = 0>
bool operator==(const Json& lhs, const T& rhs) {
  return lhs.equals(JsonValue(rhs));
}
template <class T, std::enable_if_t<detail::is_json_comparable_v<T>, int> = 0>
bool operator!=(const Json& lhs, const T& rhs) {
  return !lhs.equals(JsonValue(rhs));
}
template <class T, std::enable_if_t<detail::is_json_comparable_v<T>, int> = 0>
bool operator==(const T& lhs, const Json& rhs) {
  return rhs.equals(JsonValue(lhs));
}
template <class T, std::enable_if_t<detail::is_json_comparable_v<T>, int> = 0>
bool operator!=(const T& lhs, const Json& rhs) {
  return !rhs.equals(JsonValue(lhs));
}

/// @internal How a check shows two values that are not equal: with the places where they differ.
detail::Outcome json_did_not_hold(const Json& actual, const Json& expected);
detail::Outcome json_did_not_hold(const Json& actual, const JsonValue& expected);

template <>
struct Printer<Json> {
  static std::string print(const Json& json) { return json.dump(); }
};
template <>
struct Printer<JsonValue> {
  static std::string print(const JsonValue& value) { return value.text(); }
};

}  // namespace e2e
