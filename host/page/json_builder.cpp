#include "page/json_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>

#include "base/utf8.hpp"

namespace e2e::host {

namespace {

std::string place(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const size_t line = 1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_start = before.rfind('\n');
  const size_t column = line_start == std::string_view::npos ? offset + 1 : offset - line_start;
  return fmt::format("line {}, column {}", line, column);
}

/// Where the container begins that is one too many, in a text that is good up to there.
size_t too_deep_offset(std::string_view text) noexcept {
  size_t depth = 0;
  bool is_in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\') ++i;
      if (c == '"') is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > JsonDocument::max_depth) return i;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return text.size();
}

/// The reason out of nlohmann's "[json.exception.parse_error.101] parse error at line 1, column 2: syntax
/// error while parsing value - REASON; last read: 'TOKEN'; expected ...". TOKEN may be the whole document, so
/// it is cut.
std::string reason_in(std::string_view what) {
  if (const size_t end_of_id = what.find("] "); end_of_id != std::string_view::npos)
    what.remove_prefix(end_of_id + 2);
  if (what.starts_with("parse error at ")) {
    if (const size_t colon = what.find(": "); colon != std::string_view::npos) what.remove_prefix(colon + 2);
  }
  constexpr std::string_view last_read = "; last read: '";
  constexpr size_t max_token = 40;
  if (const size_t at = what.find(last_read); at != std::string_view::npos) {
    const size_t token_end = what.rfind('\'');
    const size_t token_begin = at + last_read.size();
    if (token_end != std::string_view::npos && token_end > token_begin + max_token) {
      return printable(what.substr(0, token_begin + max_token)) + "..." +
             printable(what.substr(token_end, 100));
    }
  }
  return printable(what.substr(0, 300));
}

}  // namespace

std::string JsonBuilder::build(std::string_view text) {
  if (text.size() > JsonDocument::max_bytes) {
    return fmt::format("the text is larger than {} MiB", JsonDocument::max_bytes >> 20);
  }
  if (text.empty()) return "line 1, column 1: the text is empty";
  text_ = text;
  if (nlohmann::json::sax_parse(text.data(), text.data() + text.size(), this)) {
    document_.root_ = stack_.front();
    return {};
  }
  return error_.empty() ? "not JSON" : error_;
}

bool JsonBuilder::null() {
  add(JsonType::null);
  return true;
}

bool JsonBuilder::boolean(bool is_true) {
  add(JsonType::boolean).boolean_ = is_true;
  return true;
}

bool JsonBuilder::number_integer(int64_t number) {
  add(JsonType::integer).integer_ = number;
  return true;
}

bool JsonBuilder::number_unsigned(uint64_t number) {
  if (number <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return number_integer(static_cast<int64_t>(number));
  }
  return add_number(static_cast<double>(number), fmt::format_int(number).c_str());
}

bool JsonBuilder::number_float(double number, const std::string& text) {
  // nlohmann hands out the decimal point of the C locale in force, which a plugin may have changed.
  std::string portable = text;
  std::replace_if(
      portable.begin(), portable.end(),
      [](char c) { return std::string_view("0123456789+-eE").find(c) == std::string_view::npos; }, '.');
  return add_number(number, portable);
}

bool JsonBuilder::string(const std::string& text) {
  JsonValue& value = add(JsonType::string);
  value.text_ = keep(text);
  value.size_ = static_cast<uint32_t>(text.size());
  return true;
}

bool JsonBuilder::key(const std::string& name) {
  name_ = keep(name);
  name_size_ = static_cast<uint32_t>(name.size());
  return true;
}

bool JsonBuilder::start_object(size_t) { return open(); }

bool JsonBuilder::start_array(size_t) { return open(); }

JsonValue& JsonBuilder::add(JsonType type) {
  JsonValue& value = stack_.emplace_back();
  value.document_ = &document_;
  value.name_ = name_;
  value.name_size_ = name_size_;
  value.type_ = static_cast<uint32_t>(type);
  name_ = nullptr;
  name_size_ = 0;
  return value;
}

bool JsonBuilder::add_number(double number, std::string_view text) {
  void* const memory = document_.arena_.allocate(sizeof number + text.size(), alignof(double));
  auto* const kept = new (memory) double(number);
  std::memcpy(kept + 1, text.data(), text.size());
  JsonValue& value = add(JsonType::number);
  value.number_ = kept;
  value.size_ = static_cast<uint32_t>(text.size());
  return true;
}

bool JsonBuilder::open() {
  if (open_.size() == JsonDocument::max_depth) {
    error_ = fmt::format("{}: nested deeper than {}", place(text_, too_deep_offset(text_)),
                         JsonDocument::max_depth);
    return false;
  }
  open_.push_back({stack_.size(), name_, name_size_});
  name_ = nullptr;
  name_size_ = 0;
  return true;
}

bool JsonBuilder::close(JsonType type) {
  const Container container = open_.back();
  open_.pop_back();
  const size_t count = stack_.size() - container.first_child;
  JsonValue* children = nullptr;
  if (count > 0) {
    children =
        static_cast<JsonValue*>(document_.arena_.allocate(count * sizeof(JsonValue), alignof(JsonValue)));
    std::uninitialized_copy_n(stack_.begin() + static_cast<std::ptrdiff_t>(container.first_child), count,
                              children);
    stack_.resize(container.first_child);
  }
  name_ = container.name;
  name_size_ = container.name_size;
  JsonValue& value = add(type);
  value.children_ = children;
  value.size_ = static_cast<uint32_t>(count);
  return true;
}

bool JsonBuilder::note_error(size_t position, std::string_view what) {
  const size_t offset = std::min(position, text_.size());
  error_ = fmt::format("{}: {}", place(text_, offset == 0 ? 0 : offset - 1), reason_in(what));
  return false;
}

const char* JsonBuilder::keep(std::string_view text) {
  if (text.empty()) return "";
  auto* const kept = static_cast<char*>(document_.arena_.allocate(text.size(), 1));
  std::memcpy(kept, text.data(), text.size());
  return kept;
}

}  // namespace e2e::host
