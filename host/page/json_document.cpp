#include "page/json_document.hpp"

#include <algorithm>
#include <charconv>

#include "base/json_text.hpp"
#include "page/json_builder.hpp"

namespace e2e::host {

static_assert(JsonDocument::max_bytes < (1u << 29), "JsonValue keeps the size of a name in 29 bits");

namespace {

/// True if `token`, a reference token of RFC 6901, stands for `name`.
bool stands_for(std::string_view token, std::string_view name) noexcept {
  size_t at = 0;
  for (size_t i = 0; i < token.size(); ++i, ++at) {
    char c = token[i];
    if (c == '~') {
      if (++i == token.size()) return false;
      if (token[i] != '0' && token[i] != '1') return false;
      c = token[i] == '0' ? '~' : '/';
    }
    if (at == name.size() || name[at] != c) return false;
  }
  return at == name.size();
}

void dump_value(const JsonValue& value, JsonText& text) {
  switch (value.type()) {
    case JsonType::null:
      text.null();
      return;
    case JsonType::boolean:
      text.value(value.as_boolean());
      return;
    case JsonType::integer:
      text.value(value.as_integer());
      return;
    case JsonType::number:
      text.raw(value.number_text());
      return;
    case JsonType::string:
      text.value(value.as_string());
      return;
    case JsonType::array:
      text.begin_array();
      for (uint64_t i = 0; i < value.size(); ++i) dump_value(*value.element(i), text);
      text.end_array();
      return;
    case JsonType::object:
      text.begin_object();
      for (uint64_t i = 0; i < value.size(); ++i) {
        text.key(value.element(i)->name());
        dump_value(*value.element(i), text);
      }
      text.end_object();
      return;
  }
}

}  // namespace

uint64_t JsonValue::size() const noexcept {
  return type() == JsonType::array || type() == JsonType::object ? size_ : 0;
}

const JsonValue* JsonValue::element(uint64_t index) const noexcept {
  return index < size() ? children_ + index : nullptr;
}

const JsonValue* JsonValue::at(std::string_view pointer) const noexcept {
  const JsonValue* value = this;
  while (value != nullptr && !pointer.empty()) {
    if (pointer.front() != '/') return nullptr;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, std::min(pointer.find('/'), pointer.size()));
    pointer.remove_prefix(token.size());
    value = value->child(token);
  }
  return value;
}

const JsonValue* JsonValue::child(std::string_view token) const noexcept {
  if (type() == JsonType::object) {
    for (uint64_t i = size_; i-- > 0;) {
      if (stands_for(token, children_[i].name())) return children_ + i;
    }
    return nullptr;
  }
  if (type() != JsonType::array || token.empty() || (token.front() == '0' && token.size() > 1))
    return nullptr;
  uint64_t index = 0;
  const char* const end = token.data() + token.size();
  const auto [stop, code] = std::from_chars(token.data(), end, index);
  return code == std::errc() && stop == end ? element(index) : nullptr;
}

std::string_view JsonValue::as_string() const noexcept {
  return type() == JsonType::string ? std::string_view(text_, size_) : std::string_view();
}

int64_t JsonValue::as_integer() const noexcept { return type() == JsonType::integer ? integer_ : 0; }

double JsonValue::as_number() const noexcept {
  if (type() == JsonType::integer) return static_cast<double>(integer_);
  return type() == JsonType::number ? *number_ : 0;
}

bool JsonValue::as_boolean() const noexcept { return type() == JsonType::boolean && boolean_; }

std::string_view JsonValue::number_text() const noexcept {
  if (type() != JsonType::number) return {};
  return {reinterpret_cast<const char*>(number_ + 1), size_};
}

std::unique_ptr<JsonDocument> JsonDocument::parse(std::string_view text, std::string& error) {
  auto document = std::make_unique<JsonDocument>();
  JsonBuilder builder(*document);
  error = builder.build(text);
  if (!error.empty()) document.reset();
  return document;
}

std::string_view JsonDocument::dump(const JsonValue& value) {
  JsonText text;
  dump_value(value, text);
  dumped_ = text.take();
  return dumped_;
}

}  // namespace e2e::host
