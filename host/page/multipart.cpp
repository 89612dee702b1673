#include "page/multipart.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "page/exchange.hpp"

namespace e2e::host {

namespace {

/// As browsers write names: https://html.spec.whatwg.org/#multipart-form-data
std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    switch (c) {
      case '"':
        out += "%22";
        break;
      case '\r':
        out += "%0D";
        break;
      case '\n':
        out += "%0A";
        break;
      default:
        out += c;
    }
  }
  return out + '"';
}

void require_part(const RequestPart& part) {
  if (part.name.find('\0') != part.name.npos || part.file_name.find('\0') != part.file_name.npos)
    throw RequestRefused("a part's name has a NUL in it");
  if (part.content_type.find_first_of(std::string_view("\r\n\0", 3)) != part.content_type.npos)
    throw RequestRefused(fmt::format("the content type of part '{}' has a line break or a NUL in it",
                                     printable(part.name.substr(0, 100))));
  if (part.path.find('\0') != part.path.npos) throw RequestRefused("a part's path has a NUL in it");
}

std::string head_of(const RequestPart& part, std::string_view boundary) {
  std::string head =
      fmt::format("--{}\r\ncontent-disposition: form-data; name={}", boundary, quoted(part.name));
  if (!part.file_name.empty()) head += "; filename=" + quoted(part.file_name);
  if (!part.content_type.empty()) head += fmt::format("\r\ncontent-type: {}", part.content_type);
  return head + "\r\n\r\n";
}

bool is_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

/// A value in curl's own quotes, in which it may have any character.
std::string in_curl_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// curl's -F argument for a part, or empty.
std::string curl_word(const RequestPart& part) {
  const bool is_speakable = printable(part.name) == part.name &&
                            printable(part.file_name) == part.file_name &&
                            part.name.find_first_of("=\"\r\n") == part.name.npos;
  if (!is_speakable) return {};
  std::string word(part.name);
  if (!part.path.empty()) {
    word += "=@" + in_curl_quotes(part.path);
  } else if (part.bytes.size() <= Exchange::max_recorded_body_bytes && is_text(part.bytes) &&
             part.bytes.find('\0') == part.bytes.npos) {
    word += "=" + in_curl_quotes(part.bytes);
  } else {
    return {};
  }
  if (!part.content_type.empty()) word += fmt::format(";type={}", part.content_type);
  if (!part.file_name.empty()) word += ";filename=" + in_curl_quotes(part.file_name);
  return word;
}

}  // namespace

Multipart make_multipart(const std::vector<RequestPart>& parts, std::string_view boundary) {
  Multipart made;
  made.content_type = fmt::format("multipart/form-data; boundary={}", boundary);
  bool is_speakable = true;
  std::string text;
  for (const RequestPart& part : parts) {
    require_part(part);
    text += head_of(part, boundary);
    if (part.path.empty()) {
      text += part.bytes;
    } else {
      made.segments.push_back({std::move(text), {}});
      made.segments.push_back({{}, std::string(part.path)});
      text.clear();
    }
    text += "\r\n";
    std::string word = curl_word(part);
    is_speakable = is_speakable && !word.empty();
    made.curl_words.insert(made.curl_words.end(), {"-F", std::move(word)});
  }
  text += fmt::format("--{}--\r\n", boundary);
  made.segments.push_back({std::move(text), {}});
  if (!is_speakable) made.curl_words.clear();
  return made;
}

}  // namespace e2e::host
