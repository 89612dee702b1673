#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "page/json_document.hpp"

namespace e2e::host {

/// Builds a document from the events of nlohmann's SAX parser, which needs no recursion.
/// Children of a container that is still open wait on one stack and move to the document's arena, side by
/// side, when it closes.
class JsonBuilder {
 public:
  explicit JsonBuilder(JsonDocument& document) : document_(document) {}

  /// Fills the document. Returns what is wrong with `text`, with line and column; empty if nothing is.
  [[nodiscard]] std::string build(std::string_view text);

  // What nlohmann::json::sax_parse() calls; false ends the parse.
  bool null();
  bool boolean(bool is_true);
  bool number_integer(int64_t number);
  bool number_unsigned(uint64_t number);
  bool number_float(double number, const std::string& text);
  bool string(const std::string& text);
  template <typename Binary>
  bool binary(const Binary&) {
    return false;  // in binary formats only
  }
  bool start_object(size_t);
  bool key(const std::string& name);
  bool end_object() { return close(JsonType::object); }
  bool start_array(size_t);
  bool end_array() { return close(JsonType::array); }
  template <typename Exception>
  bool parse_error(size_t position, const std::string&, const Exception& exception) {
    return note_error(position, exception.what());
  }

 private:
  struct Container {
    size_t first_child;  // on the stack
    const char* name;    // its own, in its parent
    uint32_t name_size;
  };

  JsonValue& add(JsonType type);
  bool add_number(double number, std::string_view text);
  bool open();
  bool close(JsonType type);
  bool note_error(size_t position, std::string_view what);
  const char* keep(std::string_view text);

  JsonDocument& document_;
  std::string_view text_;
  std::vector<JsonValue> stack_;
  std::vector<Container> open_;
  const char* name_ = nullptr;
  uint32_t name_size_ = 0;
  std::string error_;
};

}  // namespace e2e::host
