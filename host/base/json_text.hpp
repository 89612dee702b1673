#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace e2e::host {

/// Writes one JSON value as text, member by member, straight into a string: what events are made of, some
/// thousand a second. The caller keeps begin and end in pairs.
class JsonText {
 public:
  JsonText() = default;
  /// Writes behind what is there already, which take() gives back with it.
  explicit JsonText(std::string begun) noexcept : text_(std::move(begun)), size_(text_.size()) {}

  JsonText& begin_object();
  JsonText& end_object();
  JsonText& begin_array();
  JsonText& end_array();
  JsonText& key(std::string_view name);
  /// Bytes that are not UTF-8 become U+FFFD, so that any reader takes the text.
  JsonText& value(std::string_view text);
  JsonText& value(const char* text) { return value(std::string_view(text)); }
  JsonText& value(const std::string& text) { return value(std::string_view(text)); }
  JsonText& value(int64_t number);
  JsonText& value(uint64_t number);
  JsonText& value(int32_t number) { return value(static_cast<int64_t>(number)); }
  JsonText& value(uint32_t number) { return value(static_cast<uint64_t>(number)); }
  JsonText& value(bool is_true);
  JsonText& null();
  /// Text that is JSON already.
  JsonText& raw(std::string_view json);

  template <typename T>
  JsonText& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }
  /// Left out where the text is empty.
  JsonText& member_unless_empty(std::string_view name, std::string_view text) {
    return text.empty() ? *this : key(name).value(text);
  }

  /// Until more is written.
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), size_}; }
  [[nodiscard]] std::string take();

 private:
  /// The place behind what is written, with as many bytes of room.
  char* room(size_t bytes);
  void put(char c) { *room(1) = c, ++size_; }
  void put(std::string_view text);
  void separate();
  /// A text in quotes, and `end` behind it.
  void put_quoted(std::string_view text, std::string_view end);
  void put_escaped(std::string_view text);

  std::string text_;  ///< more than is written: the rest is room
  size_t size_ = 0;
  bool needs_comma_ = false;
};

}  // namespace e2e::host
