#include <cmath>
#include <cstdio>

#include "e2e/context.hpp"
#include "e2e/json.hpp"

namespace e2e {

namespace {

std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        json += "\\\"";
        break;
      case '\\':
        json += "\\\\";
        break;
      case '\b':
        json += "\\b";
        break;
      case '\f':
        json += "\\f";
        break;
      case '\n':
        json += "\\n";
        break;
      case '\r':
        json += "\\r";
        break;
      case '\t':
        json += "\\t";
        break;
      default:
        if (byte < 0x20) {
          char buffer[8];
          std::snprintf(buffer, sizeof(buffer), "\\u%04x", byte);
          json += buffer;
        } else {
          json += c;
        }
    }
  }
  return json + '"';
}

template <class List>
std::string array_text(const List& elements) {
  std::string text = "[";
  for (const JsonValue& element : elements) {
    if (text.size() > 1) text += ',';
    text += element.text();
  }
  return text + "]";
}

}  // namespace

JsonValue::JsonValue(Serialised serialised) : text_(std::move(serialised.text)) {}
JsonValue::JsonValue() : text_("null") {}
JsonValue::JsonValue(std::nullptr_t) : text_("null") {}
JsonValue::JsonValue(const char* text) : text_(text ? quoted(text) : "null") {}
JsonValue::JsonValue(std::string_view text) : text_(quoted(text)) {}
JsonValue::JsonValue(const std::string& text) : text_(quoted(text)) {}
JsonValue::JsonValue(const Json& json) : text_(json.dump()) {}
JsonValue::JsonValue(const JsonValue& other) = default;
JsonValue::JsonValue(JsonValue&& other) noexcept = default;
JsonValue& JsonValue::operator=(const JsonValue& other) = default;
JsonValue& JsonValue::operator=(JsonValue&& other) noexcept = default;
JsonValue::~JsonValue() = default;

JsonValue JsonValue::from_text(std::string text) { return JsonValue(Serialised{std::move(text)}); }

std::string JsonValue::bool_text(bool value) { return value ? "true" : "false"; }

std::string JsonValue::double_text(double value) {
  if (std::isfinite(value)) return detail::text_of_double(value);
  detail::Failure failure;
  failure.message = std::isnan(value) ? "JSON has no NaN" : "JSON has no infinity";
  detail::report_hard(failure);
}

JsonMember::JsonMember(std::string_view member_key, JsonValue member_value)
    : key(member_key), value(std::move(member_value)) {}
JsonMember::JsonMember(const JsonMember&) = default;
JsonMember::~JsonMember() = default;

JsonValue object(std::initializer_list<JsonMember> members) {
  std::string text = "{";
  for (const JsonMember& member : members) {
    if (text.size() > 1) text += ',';
    text += quoted(member.key) + ':' + member.value.text();
  }
  return JsonValue::from_text(text + "}");
}

JsonValue array(std::initializer_list<JsonValue> elements) {
  return JsonValue::from_text(array_text(elements));
}
JsonValue array(const std::vector<JsonValue>& elements) { return JsonValue::from_text(array_text(elements)); }

}  // namespace e2e
