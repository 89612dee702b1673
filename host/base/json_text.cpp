#include "base/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

/// Whether all eight bytes are plain. Each term has the high bit of a byte that is zero, too small or not
/// ASCII (and of bytes above such a one, perhaps):
/// https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
bool are_plain(uint64_t bytes) {
  constexpr uint64_t ones = 0x0101010101010101, high = 0x80 * ones;
  const auto has = [bytes](uint64_t c) { return (bytes ^ (c * ones)) - ones; };
  return ((bytes | has('"') | has('\\') | has(0x7f) | (bytes - 0x20 * ones)) & high) == 0;
}

/// Copies the plain characters that the text begins with, and says how many; `to` has room for all of it.
size_t copy_plain(std::string_view text, char* to) {
  size_t length = 0;
  for (uint64_t bytes = 0; length + sizeof bytes <= text.size(); length += sizeof bytes) {
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    if (!are_plain(bytes)) break;
    std::memcpy(to + length, &bytes, sizeof bytes);
  }
  for (; length < text.size() && is_plain(static_cast<unsigned char>(text[length])); ++length)
    to[length] = text[length];
  return length;
}

}  // namespace

std::string JsonText::take() {
  text_.resize(size_);
  size_ = 0;
  return std::exchange(text_, {});
}

char* JsonText::room(size_t bytes) {
  constexpr size_t spare = 256;
  // The string's capacity doubles by itself.
  if (text_.size() - size_ < bytes) text_.resize(size_ + bytes + spare);
  return text_.data() + size_;
}

void JsonText::put(std::string_view text) {
  std::copy(text.begin(), text.end(), room(text.size()));
  size_ += text.size();
}

void JsonText::separate() {
  if (needs_comma_) put(',');
  needs_comma_ = true;
}

JsonText& JsonText::begin_object() {
  separate();
  put('{');
  needs_comma_ = false;
  return *this;
}

JsonText& JsonText::end_object() {
  put('}');
  needs_comma_ = true;
  return *this;
}

JsonText& JsonText::begin_array() {
  separate();
  put('[');
  needs_comma_ = false;
  return *this;
}

JsonText& JsonText::end_array() {
  put(']');
  needs_comma_ = true;
  return *this;
}

JsonText& JsonText::key(std::string_view name) {
  put_quoted(name, "\":");
  needs_comma_ = false;
  return *this;
}

void JsonText::put_quoted(std::string_view text, std::string_view end) {
  char* const begin = room(text.size() + 2 + end.size());
  char* at = begin;
  if (needs_comma_) *at++ = ',';
  *at++ = '"';
  const size_t plain = copy_plain(text, at);
  at += plain;
  if (plain == text.size())
    for (const char c : end) *at++ = c;
  size_ += static_cast<size_t>(at - begin);
  if (plain == text.size()) return;
  put_escaped(text.substr(plain));
  put(end);
}

void JsonText::put_escaped(std::string_view text) {
  constexpr std::array<std::pair<char, std::string_view>, 5> short_ones = {
      {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}}};
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    const size_t length = c < 0x80 ? 1 : utf8_length(text);
    if (const auto* const known = std::find_if(short_ones.begin(), short_ones.end(),
                                               [&](const auto& one) { return one.first == text.front(); });
        known != short_ones.end())
      put(known->second);
    else if (c < 0x80)
      put(fmt::format("\\u{:04x}", c));
    else
      put(length > 0 ? text.substr(0, length) : std::string_view("\xEF\xBF\xBD"));
    text.remove_prefix(std::max<size_t>(1, length));
    const size_t plain = copy_plain(text, room(text.size()));
    size_ += plain;
    text.remove_prefix(plain);
  }
}

JsonText& JsonText::value(std::string_view text) {
  put_quoted(text, "\"");
  needs_comma_ = true;
  return *this;
}

JsonText& JsonText::value(int64_t number) {
  separate();
  const fmt::format_int digits(number);
  put({digits.data(), digits.size()});
  return *this;
}

JsonText& JsonText::value(uint64_t number) {
  separate();
  const fmt::format_int digits(number);
  put({digits.data(), digits.size()});
  return *this;
}

JsonText& JsonText::value(bool is_true) {
  separate();
  put(is_true ? "true" : "false");
  return *this;
}

JsonText& JsonText::null() {
  separate();
  put("null");
  return *this;
}

JsonText& JsonText::raw(std::string_view json) {
  separate();
  put(json);
  return *this;
}

}  // namespace e2e::host
