#include "base/secret_values.hpp"

#include <algorithm>

namespace e2e::host {

namespace {

constexpr std::string_view mask = "***";

bool is_unreserved(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string percent_encoded(std::string_view value, std::string_view hex_digits, bool has_plus) {
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c)) {
      text += c;
    } else if (c == ' ' && has_plus) {
      text += '+';
    } else {
      text += '%';
      text += hex_digits[byte >> 4];
      text += hex_digits[byte & 15];
    }
  }
  return text;
}

/// Of a value that begins `offset` bytes (0 to 2) behind a group's start: the digits that depend on it alone.
std::string base64(std::string_view value, size_t offset, std::string_view digits) {
  const std::string bytes = std::string(offset, '\0').append(value);
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (int shift = 18; shift >= 0; shift -= 6) text += digits[group >> shift & 63];
  }
  const size_t begin = (offset * 8 + 5) / 6;
  const size_t end = bytes.size() * 8 / 6;
  return text.substr(begin, end - begin);
}

std::string json_escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    switch (c) {
      case '"':
      case '\\':
        text += '\\';
        text += c;
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\t':
        text += "\\t";
        break;
      default:
        text += c;
    }
  }
  return text;
}

}  // namespace

bool SecretValues::add(std::string_view value) {
  if (value.size() < min_bytes || value.size() > max_bytes || values_.size() >= max_count) return false;
  if (std::find(values_.begin(), values_.end(), value) != values_.end()) return false;
  values_.emplace_back(value);
  constexpr std::string_view standard = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view of_urls = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::vector<std::string> forms = {std::string(value), json_escaped(value)};
  for (const char* hex_digits : {"0123456789ABCDEF", "0123456789abcdef"})
    for (const bool has_plus : {false, true}) forms.push_back(percent_encoded(value, hex_digits, has_plus));
  for (size_t offset = 0; offset < 3; ++offset)
    for (const std::string_view digits : {standard, of_urls}) forms.push_back(base64(value, offset, digits));
  for (std::string& form : forms)
    if (std::find(forms_.begin(), forms_.end(), form) == forms_.end()) forms_.push_back(std::move(form));
  std::stable_sort(forms_.begin(), forms_.end(), [](const std::string& one, const std::string& other) {
    return one.size() > other.size();
  });
  return true;
}

void SecretValues::scrub(std::string& text) const {
  for (const std::string& form : forms_) {
    for (size_t at = text.find(form); at != std::string::npos; at = text.find(form, at + mask.size()))
      text.replace(at, form.size(), mask);
  }
}

std::string SecretValues::scrubbed(std::string_view text) const {
  std::string copy(text);
  scrub(copy);
  return copy;
}

size_t SecretValues::cut_length(std::string_view text) const noexcept {
  size_t longest = 0;
  for (const std::string& form : forms_) {
    for (size_t length = std::min(form.size() - 1, text.size()); length > longest; --length)
      if (text.substr(text.size() - length) == std::string_view(form).substr(0, length)) longest = length;
  }
  // One that is whole is not cut in two because its own end is a beginning, too: "abcXab".
  for (size_t i = 0; i < forms_.size() && longest > 0; ++i) {
    const std::string_view form = forms_[i];
    const size_t cut = text.size() - longest;
    const size_t first = cut >= form.size() ? cut - form.size() + 1 : 0;
    const size_t at = text.find(form, first);
    if (at >= cut) continue;
    longest = text.size() - (at + form.size());
    i = size_t(-1);  // begin anew: another one may be cut there
  }
  return longest;
}

}  // namespace e2e::host
