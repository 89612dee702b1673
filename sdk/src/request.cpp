#include "e2e/request.hpp"

#include <cstdio>
#include <string>
#include <utility>

#include "http_options.hpp"

namespace e2e {

namespace {

void append_form_encoded(std::string& text, std::string_view part) {
  for (const char c : part) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                          c == '-' || c == '.' || c == '_' || c == '*';
    if (is_plain) {
      text += c;
    } else if (c == ' ') {
      text += '+';
    } else {
      char buffer[4];
      std::snprintf(buffer, sizeof(buffer), "%%%02X", static_cast<unsigned char>(c));
      text += buffer;
    }
  }
}

/// RFC 4648, 4.
std::string base64_of(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const auto byte = [&](std::size_t at) -> unsigned {
      return at < left ? static_cast<unsigned char>(bytes[i + at]) : 0u;
    };
    const unsigned group = byte(0) << 16 | byte(1) << 8 | byte(2);
    text += digits[group >> 18];
    text += digits[group >> 12 & 63];
    text += left > 1 ? digits[group >> 6 & 63] : '=';
    text += left > 2 ? digits[group & 63] : '=';
  }
  return text;
}

/// The URL standard's application/x-www-form-urlencoded serialiser.
template <class Fields>
RequestOption form_of(const Fields& fields) {
  std::string text;
  for (const Field& field : fields) {
    if (!text.empty()) text += '&';
    append_form_encoded(text, field.name);
    text += '=';
    append_form_encoded(text, field.value);
  }
  return RequestOption(RequestOption::Kind::body, std::move(text), "application/x-www-form-urlencoded");
}

}  // namespace

Field::Field(std::string_view field_name, std::string_view field_value)
    : name(field_name), value(field_value) {}
Field::Field(const Field&) = default;
Field::Field(Field&&) noexcept = default;
Field& Field::operator=(const Field&) = default;
Field& Field::operator=(Field&&) noexcept = default;
Field::~Field() = default;

detail::StreamSource::~StreamSource() = default;
detail::StreamSink::~StreamSink() = default;

void detail::RequestSpec::clear_body() {
  body.clear();
  parts.clear();
  body_file.clear();
  source = nullptr;
}
detail::RequestSpec::RequestSpec() = default;
detail::RequestSpec::~RequestSpec() = default;

RequestOption::RequestOption(Kind kind, std::string body, std::string_view content_type)
    : kind_(kind), body_(std::move(body)), content_type_(content_type) {}
RequestOption::RequestOption(Kind kind, std::initializer_list<Field> fields) : kind_(kind), fields_(fields) {}
RequestOption::RequestOption(Kind kind, const std::vector<Field>& fields) : kind_(kind), fields_(fields) {}
RequestOption::RequestOption(const char* call, std::vector<Field> options)
    : kind_(Kind::http), fields_(std::move(options)), call_(call) {}
RequestOption::RequestOption(const char* call, std::vector<Field> options, std::vector<Field> headers)
    : kind_(Kind::http), fields_(std::move(options)), headers_(std::move(headers)), call_(call) {}
RequestOption::RequestOption(const RequestOption&) = default;
RequestOption::~RequestOption() = default;

void RequestOption::apply(detail::RequestSpec& spec) const {
  switch (kind_) {
    case Kind::body:
      spec.clear_body();
      spec.body = body_;
      spec.content_type = content_type_;
      break;
    case Kind::headers:
      spec.headers.insert(spec.headers.end(), fields_.begin(), fields_.end());
      break;
    case Kind::query:
      spec.query.insert(spec.query.end(), fields_.begin(), fields_.end());
      break;
    case Kind::http:
      spec.options.insert(spec.options.end(), fields_.begin(), fields_.end());
      spec.headers.insert(spec.headers.end(), headers_.begin(), headers_.end());
      spec.need_http(call_);
      break;
  }
}

RequestOption json_body(std::initializer_list<JsonMember> members) { return json_body(object(members)); }
RequestOption json_text(std::string_view text) {
  return RequestOption(RequestOption::Kind::body, std::string(text), "application/json");
}
RequestOption form(std::initializer_list<Field> fields) { return form_of(fields); }
RequestOption form(const std::vector<Field>& fields) { return form_of(fields); }
RequestOption body(std::string_view bytes, std::string_view content_type) {
  return RequestOption(RequestOption::Kind::body, std::string(bytes), content_type);
}
RequestOption query(std::initializer_list<Field> parameters) {
  return RequestOption(RequestOption::Kind::query, parameters);
}
RequestOption query(const std::vector<Field>& parameters) {
  return RequestOption(RequestOption::Kind::query, parameters);
}
RequestOption headers(std::initializer_list<Field> fields) {
  return RequestOption(RequestOption::Kind::headers, fields);
}
RequestOption headers(const std::vector<Field>& fields) {
  return RequestOption(RequestOption::Kind::headers, fields);
}
RequestOption header(std::string_view name, std::string_view value) { return headers({{name, value}}); }

std::vector<Field> detail::options_of(const RetryConfig& config) {
  std::string reasons;
  const auto add = [&reasons](const std::string& reason) {
    reasons += (reasons.empty() ? "" : ",") + reason;
  };
  if (config.on_connect) add("connect");
  if (config.on_timeout) add("timeout");
  if (config.on_broken) add("broken");
  for (const int status : config.on_status) add(std::to_string(status));
  return {{"retries", config.retries},
          {"retry_on", reasons},
          {"retry_methods", config.all_methods ? "all" : "idempotent"},
          {"retry_delay", config.delay_ms},
          {"retry_max_delay", config.max_delay_ms}};
}

RequestOption retry(unsigned retries) {
  return RequestOption("e2e::retry()", std::vector<Field>{{"retries", retries}});
}
RequestOption retry(const RetryConfig& config) {
  return RequestOption("e2e::retry()", detail::options_of(config));
}

RequestOption follow_redirects(unsigned limit) {
  return RequestOption("e2e::follow_redirects()", std::vector<Field>{{"redirects", limit}});
}

RequestOption bearer(std::string_view token) {
  return header("authorization", std::string("Bearer ").append(token));
}

RequestOption basic(std::string_view user, std::string_view password) {
  return header("authorization", "Basic " + base64_of(std::string(user).append(":").append(password)));
}

RequestOption api_key(std::string_view key, std::string_view header_name) {
  if (header_name == "x-api-key") return header(header_name, key);
  return RequestOption("e2e::api_key()", std::vector<Field>{{"secret_name", header_name}},
                       {{header_name, key}});
}

}  // namespace e2e
