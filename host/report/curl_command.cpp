#include "report/curl_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view kUnquoted =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-";

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

/// Whether the text can be pasted as it is. Not a newline, which would need the next line unindented, and not
/// a tab, which interactive shells complete.
bool is_pasteable(std::string_view text) {
  return text.find_first_of("\n\t") == std::string_view::npos && printable(text) == text;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

/// A single-quoted format that makes printf write the text.
std::string printf_format(std::string_view text) {
  std::string out = "'";
  bool is_first = true;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, std::max<size_t>(utf8_length(text), 1));
    // Octal too: a quote; `!`, which is history to an interactive bash; a dash that would begin an option.
    const bool needs_octal =
        !is_pasteable(character) || character == "'" || character == "!" || (is_first && character == "-");
    if (character == "\\")
      out += "\\\\";
    else if (character == "%")
      out += "%%";
    else if (!needs_octal)
      out += character;
    else
      for (const char byte : character)
        fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned char>(byte));
    text.remove_prefix(character.size());
    is_first = false;
  }
  return out + "'";
}

/// Headers that curl works out by itself, and better for a body that was cut or compressed.
bool is_curls_own(std::string_view name) {
  return equals_ignoring_case(name, "content-length") || equals_ignoring_case(name, "accept-encoding") ||
         equals_ignoring_case(name, "transfer-encoding") || equals_ignoring_case(name, "traceparent");
}

bool has_word(const ExchangeRecord& exchange, std::string_view word) {
  return std::find(exchange.curl_words.begin(), exchange.curl_words.end(), word) != exchange.curl_words.end();
}

/// The body is told by words of its own.
bool has_body_words(const ExchangeRecord& exchange) {
  return has_word(exchange, "-F") || has_word(exchange, "--data-binary");
}

bool has_header(const ExchangeRecord& exchange, std::string_view name) {
  return std::any_of(exchange.request_headers.begin(), exchange.request_headers.end(),
                     [&](const auto& header) { return equals_ignoring_case(header.first, name); });
}

std::string method_options(const ExchangeRecord& exchange, bool has_body) {
  if (exchange.method == "HEAD" && !has_body) return " --head";  // with -X curl would wait for a body
  if (exchange.method == "GET" && !has_body) return "";
  return " -X " + shell_word(exchange.method);
}

std::string header_options(const ExchangeRecord& exchange, bool has_body) {
  std::string out;
  for (const auto& [name, value] : exchange.request_headers) {
    if (is_curls_own(name)) continue;
    // Its boundary is curl's own then.
    if (has_word(exchange, "-F") && equals_ignoring_case(name, "content-type")) continue;
    // To curl `name:` means "not this header"; `name;` is one without a value.
    out += " -H " + shell_word(value.empty() ? name + ";" : name + ": " + value);
  }
  if (has_body && !has_header(exchange, "content-type") && !has_word(exchange, "-F"))
    out += " -H content-type:";
  if (has_header(exchange, "accept-encoding")) out += " --compressed";
  return out;
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && text.find_first_not_of(kUnquoted) == std::string_view::npos) return std::string(text);
  if (is_pasteable(text)) return single_quoted(text);
  return "\"$(printf " + printf_format(text) + ")\"";
}

bool is_request_body_cut(const ExchangeRecord& exchange) {
  // Not "larger than the text": taking out a secret changes the text's size, but not what was sent.
  constexpr uint64_t kRecordedBodyBytes = 16u << 10;
  return exchange.request_body_size > kRecordedBodyBytes && !has_body_words(exchange);
}

std::string curl_command(const ExchangeRecord& exchange) {
  const bool has_body = exchange.request_body_size > 0 || !exchange.request_body.empty();
  const bool is_cut = is_request_body_cut(exchange);
  const bool has_words = has_body_words(exchange);
  const bool is_piped = has_body && !is_cut && !has_words && !is_pasteable(exchange.request_body);

  std::string out = is_piped ? "printf " + printf_format(exchange.request_body) + " | curl" : "curl";
  out += method_options(exchange, has_body);
  if (exchange.url.find_first_of("{}[]") != std::string::npos) out += " --globoff";
  out += ' ' + shell_word(exchange.url) + header_options(exchange, has_body);
  for (const std::string& word : exchange.curl_words) out += ' ' + shell_word(word);
  if (has_words) return out;
  if (is_cut)
    out += " --data-binary @request-body";
  else if (is_piped)
    out += " --data-binary @-";
  else if (has_body)
    out += " --data-raw " + shell_word(exchange.request_body);
  return out;
}

}  // namespace e2e::host
