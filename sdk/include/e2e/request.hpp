#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "json.hpp"
#include "location.hpp"

namespace e2e {

/// A name and its text: a header, a query parameter, a form field.
struct Field {
  Field(std::string_view field_name, std::string_view field_value);
  template <class T, std::enable_if_t<std::is_arithmetic_v<T>, int> = 0>
  Field(std::string_view field_name, T field_value)
      : Field(field_name, std::string_view(JsonValue(field_value).text())) {}
  Field(const Field&);
  Field(Field&&) noexcept;
  Field& operator=(const Field&);
  Field& operator=(Field&&) noexcept;
  ~Field();

  std::string name;
  std::string value;
};

/// What a request goes to: a path, joined to the service's base_url, or a whole URL. Remembers the call's
/// place.
class Target {
 public:
  Target(const char* text, Location where = Location::here()) : text_(text), where_(where) {}
  Target(std::string_view text, Location where = Location::here()) : text_(text), where_(where) {}
  Target(const std::string& text, Location where = Location::here()) : text_(text), where_(where) {}
  std::string_view text() const noexcept { return text_; }
  Location where() const noexcept { return where_; }

 private:
  std::string_view text_;
  Location where_;
};

namespace detail {

/// A request while its options are applied.
struct RequestSpec {
  RequestSpec();
  RequestSpec(const RequestSpec&) = delete;
  RequestSpec& operator=(const RequestSpec&) = delete;
  ~RequestSpec();

  std::vector<Field> headers;
  std::vector<Field> query;
  std::string body;
  std::string content_type;  // used unless `headers` has one
  std::int64_t timeout_ms = 0;
};

}  // namespace detail

/// An option of a request. Given in any order; headers and query parameters add up, of the rest the last
/// counts.
class RequestOption {
 public:
  enum class Kind { body, headers, query };
  RequestOption(Kind kind, std::string body, std::string_view content_type);
  RequestOption(Kind kind, std::initializer_list<Field> fields);
  RequestOption(Kind kind, const std::vector<Field>& fields);
  RequestOption(const RequestOption&);
  ~RequestOption();
  void apply(detail::RequestSpec& spec) const;

 private:
  Kind kind_;
  std::string body_, content_type_;
  std::vector<Field> fields_;
};

/// Milliseconds of the whole exchange as a request's option; of an attempt's body as a test's.
struct TimeoutOption {
  std::int64_t ms;
  void apply(detail::RequestSpec& spec) const { spec.timeout_ms = ms; }
};
constexpr TimeoutOption timeout_ms(std::int64_t ms) { return TimeoutOption{ms}; }

/// `json_body({{"email", email}, {"tags", e2e::array({"a", "b"})}})`
RequestOption json_body(std::initializer_list<JsonMember> members);
/// `json_body(e2e::array({1, 2}))`
template <class V, std::enable_if_t<std::is_same_v<V, JsonValue> || std::is_same_v<V, Json>, int> = 0>
RequestOption json_body(const V& value) {
  return RequestOption(RequestOption::Kind::body, JsonValue(value).text(), "application/json");
}
/// Sent as it is, as application/json: well-formed or not.
RequestOption json_text(std::string_view text);
/// application/x-www-form-urlencoded
RequestOption form(std::initializer_list<Field> fields);
RequestOption form(const std::vector<Field>& fields);
RequestOption body(std::string_view bytes, std::string_view content_type = "application/octet-stream");
/// Encoded and appended to the target.
RequestOption query(std::initializer_list<Field> parameters);
RequestOption query(const std::vector<Field>& parameters);
RequestOption headers(std::initializer_list<Field> fields);
RequestOption headers(const std::vector<Field>& fields);
RequestOption header(std::string_view name, std::string_view value);

}  // namespace e2e
