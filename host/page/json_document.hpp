#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <string_view>

namespace e2e::host {

class JsonDocument;

enum class JsonType : uint8_t { null, boolean, integer, number, string, array, object };

/// One value inside a JSON document; lives as long as that.
class JsonValue {
 public:
  [[nodiscard]] JsonType type() const noexcept { return static_cast<JsonType>(type_); }
  [[nodiscard]] JsonDocument& document() const noexcept { return *document_; }

  /// Elements of an array, members of an object; 0 for the rest.
  [[nodiscard]] uint64_t size() const noexcept;
  /// Element, or member in document order (a name that is there twice counts twice); null past the end.
  [[nodiscard]] const JsonValue* element(uint64_t index) const noexcept;
  /// The name under which its object has this value; empty for the rest.
  [[nodiscard]] std::string_view name() const noexcept { return {name_, name_size_}; }
  /// The value at a JSON pointer (RFC 6901), or null: also for a pointer that is malformed. Of a name that is
  /// there twice the last one counts.
  [[nodiscard]] const JsonValue* at(std::string_view pointer) const noexcept;

  /// The value of that type; "", 0 or false if it is of another. as_number() takes integers too.
  [[nodiscard]] std::string_view as_string() const noexcept;
  [[nodiscard]] int64_t as_integer() const noexcept;
  [[nodiscard]] double as_number() const noexcept;
  [[nodiscard]] bool as_boolean() const noexcept;
  /// The text of a `number` as the document had it.
  [[nodiscard]] std::string_view number_text() const noexcept;

 private:
  friend class JsonBuilder;

  [[nodiscard]] const JsonValue* child(std::string_view token) const noexcept;

  static constexpr unsigned name_size_bits = 29;

  JsonDocument* document_ = nullptr;
  const char* name_ = nullptr;
  uint32_t name_size_ : name_size_bits = 0;
  uint32_t type_ : 32 - name_size_bits = 0;
  uint32_t size_ = 0;  // bytes of a text, number of children
  union {
    int64_t integer_ = 0;
    bool boolean_;
    const char* text_;
    const double* number_;  // its text follows it
    const JsonValue* children_;
  };
};

/// A parsed JSON text. Used by one thread at a time.
class JsonDocument {
 public:
  static constexpr size_t max_bytes = 256u << 20;
  static constexpr size_t max_depth = 256;

  /// Parses RFC 8259 JSON. Null, and why and where in `error`, if `text` is anything else, is nested deeper
  /// than max_depth, is larger than max_bytes or has a number that no double can hold. Needs stack
  /// independent of `text`. Throws only std::bad_alloc. `text` is not kept.
  [[nodiscard]] static std::unique_ptr<JsonDocument> parse(std::string_view text, std::string& error);

  JsonDocument() = default;
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  [[nodiscard]] const JsonValue& root() const noexcept { return root_; }

  /// A value of this document as compact JSON text. Borrowed until the next dump() of this document. Numbers
  /// that are no 64-bit integers keep the text that they came with.
  [[nodiscard]] std::string_view dump(const JsonValue& value);

  /// Says that a plugin parsed this document and frees it by e2e.json/1; else it goes with its response.
  void give_to_plugin() noexcept { is_plugins_ = true; }
  [[nodiscard]] bool is_plugins() const noexcept { return is_plugins_; }

 private:
  friend class JsonBuilder;

  std::pmr::monotonic_buffer_resource arena_;
  JsonValue root_;
  std::string dumped_;
  bool is_plugins_ = false;
};

}  // namespace e2e::host
