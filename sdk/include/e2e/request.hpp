#pragma once

#include <cstddef>
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

/// A part of a multipart/form-data body.
struct PartSpec {
  std::string name, file_name, content_type, bytes, path;
};

/// Gives a request's body piece by piece.
class StreamSource {
 public:
  virtual ~StreamSource();
  virtual std::size_t read(char* buffer, std::size_t size) = 0;
};

/// Takes an answer's body piece by piece.
class StreamSink {
 public:
  virtual ~StreamSink();
  virtual void write(std::string_view piece) = 0;
};

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
  std::vector<Field> options;  // as e2e.http/1 takes them
  std::vector<PartSpec> parts;
  std::string body_file;
  StreamSource* source = nullptr;  // the option's
  std::int64_t source_size = -1;
  StreamSink* sink = nullptr;
  const char* needs_http = nullptr;  // the first call that asked for any of these

  void clear_body();  // of two bodies the later counts
  void need_http(const char* call) {
    if (!needs_http) needs_http = call;
  }
};

}  // namespace detail

/// When a request that did not go well is sent again. What is not said here: docs/page-api.md.
struct RetryConfig {
  unsigned retries = 2;    ///< After the first try; at most 20.
  bool on_connect = true;  ///< No connection came about.
  bool on_timeout = true;  ///< No whole answer within the request's timeout, which is of each try.
  bool on_broken = false;  ///< The connection ended before the answer was whole.
  std::vector<int> on_status = {429, 502, 503, 504};
  bool all_methods = false;  ///< Also those that may do something twice: POST, PATCH.
  /// The first pause is 0 to this long, each further one up to twice as long as the one before.
  std::int64_t delay_ms = 100;
  /// No pause is longer; an answer whose Retry-After asks for more is not tried again.
  std::int64_t max_delay_ms = 10'000;
};

/// An option of a request. Given in any order; headers and query parameters add up, of the rest the last
/// counts.
class RequestOption {
 public:
  enum class Kind { body, headers, query, http };
  RequestOption(Kind kind, std::string body, std::string_view content_type);
  RequestOption(Kind kind, std::initializer_list<Field> fields);
  RequestOption(Kind kind, const std::vector<Field>& fields);
  /// Options of e2e.http/1; `call` names the function that asks for them.
  RequestOption(const char* call, std::vector<Field> options);
  RequestOption(const char* call, std::vector<Field> options, std::vector<Field> headers);
  RequestOption(const RequestOption&);
  ~RequestOption();
  void apply(detail::RequestSpec& spec) const;

 private:
  Kind kind_;
  std::string body_, content_type_;
  std::vector<Field> fields_, headers_;
  const char* call_ = nullptr;
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
/// Sends it again if it does not go well: `retry(2)`, `retry(config)`. retry(0): not, whatever the page says.
RequestOption retry(unsigned retries);
RequestOption retry(const RetryConfig& config);
/// Follows up to so many redirects; each is an exchange of its own. Without it a redirect is an answer like
/// any other.
RequestOption follow_redirects(unsigned limit = 10);
/// Authorization: Bearer
RequestOption bearer(std::string_view token);
/// Authorization: Basic
RequestOption basic(std::string_view user, std::string_view password);
/// A key in a header of that name; reports do not show it.
RequestOption api_key(std::string_view key, std::string_view header_name = "x-api-key");

}  // namespace e2e
