#include "e2e/print.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "type_name.hpp"

namespace e2e::detail {

namespace {

constexpr std::size_t max_listed = 100;

/// Shortest of "%.<first>g" .. "%.<last>g" that reads back as `value`.
std::string shortest(double value, int first, int last, bool is_float) {
  char buffer[64];
  for (int digits = first; digits <= last; ++digits) {
    std::snprintf(buffer, sizeof(buffer), "%.*g", digits, value);
    const double again = std::strtod(buffer, nullptr);
    if (is_float ? static_cast<float>(again) == static_cast<float>(value) : again == value) break;
  }
  // A test may have set a locale with a decimal comma.
  if (char* comma = std::strchr(buffer, ',')) *comma = '.';
  const bool looks_integral = std::strpbrk(buffer, ".en") == nullptr;
  return std::string(buffer) + (looks_integral ? ".0" : "");
}

void append_escaped(std::string& text, char c, char quote) {
  const auto byte = static_cast<unsigned char>(c);
  if (c == quote || c == '\\') {
    text += '\\';
    text += c;
  } else if (c == '\n') {
    text += "\\n";
  } else if (c == '\r') {
    text += "\\r";
  } else if (c == '\t') {
    text += "\\t";
  } else if (byte < 0x20 || byte == 0x7f) {
    char buffer[8];
    std::snprintf(buffer, sizeof(buffer), "\\x%02x", byte);
    text += buffer;
  } else {
    text += c;
  }
}

}  // namespace

std::string text_of_bool(bool value) { return value ? "true" : "false"; }
std::string text_of_int(long long value) { return std::to_string(value); }
std::string text_of_uint(unsigned long long value) { return std::to_string(value); }
std::string text_of_float(float value) { return shortest(static_cast<double>(value), 6, 9, true); }
std::string text_of_double(double value) { return shortest(value, 15, 17, false); }
std::string text_of_cstring(const char* value) { return value ? text_of_string(value) : "nullptr"; }

std::string text_of_char(char value) {
  std::string text = "'";
  append_escaped(text, value, '\'');
  return text + "'";
}

std::string text_of_string(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) append_escaped(text, c, '"');
  return text + "\"";
}

std::string text_of_pointer(const volatile void* value) {
  if (!value) return "nullptr";
  char buffer[32];
  std::snprintf(buffer, sizeof(buffer), "%p", const_cast<const void*>(value));
  return buffer;
}

std::string text_of_enum(const std::type_info& type, const std::string& number) {
  return type_name(type) + "(" + number + ")";
}

std::string text_of_opaque(const std::type_info& type) { return "{" + type_name(type) + "}"; }

std::string text_of_stream(void (*write)(std::ostream&, const void*), const void* value) {
  std::ostringstream stream;
  write(stream, value);
  return stream.str();
}

bool ListText::wants_more() { return ++count_ <= max_listed; }

void ListText::add(const std::string& element) {
  if (!text_.empty()) text_ += ", ";
  text_ += element;
}

std::string ListText::finish() {
  if (count_ > max_listed) text_ += ", ... " + std::to_string(count_ - max_listed) + " more";
  return "[" + text_ + "]";
}

}  // namespace e2e::detail
