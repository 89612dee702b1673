#include "base/output_request.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/near_miss.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

constexpr OutputFormat kFormats[] = {OutputFormat::console, OutputFormat::html,  OutputFormat::junit,
                                     OutputFormat::json,    OutputFormat::ctrf,  OutputFormat::allure,
                                     OutputFormat::github,  OutputFormat::tap,   OutputFormat::trace,
                                     OutputFormat::har,     OutputFormat::ndjson};
constexpr std::string_view kExec = "exec:";

std::optional<OutputFormat> parse_format(std::string_view word) {
  for (const OutputFormat format : kFormats)
    if (to_string(format) == word) return format;
  return std::nullopt;
}

std::string unknown_format(std::string_view word) {
  std::vector<std::string> names;
  std::string list;
  for (const OutputFormat format : kFormats) {
    names.emplace_back(to_string(format));
    list += names.back() + ", ";
  }
  list += "exec:COMMAND";
  const std::string meant = near_miss(std::string(word), names);
  return fmt::format("'{}' is not one of {}{}", printable(word), list,
                     meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
}

}  // namespace

std::vector<std::string> output_format_words() {
  std::vector<std::string> words;
  for (const OutputFormat format : kFormats) words.emplace_back(to_string(format));
  words.emplace_back(kExec);
  return words;
}

std::optional<OutputRequest> parse_output_request(std::string_view text) {
  if (!output_request_problem(text).empty()) return std::nullopt;
  if (text.starts_with(kExec))
    return OutputRequest{OutputFormat::exec, std::string(text.substr(kExec.size()))};
  const size_t equals = text.find('=');
  return OutputRequest{*parse_format(text.substr(0, equals)),
                       equals == text.npos ? std::string() : std::string(text.substr(equals + 1))};
}

std::string output_request_problem(std::string_view text) {
  if (text.find('\0') != text.npos) return "a report has no zero byte in it";
  if (text.starts_with(kExec))
    return text.size() > kExec.size() ? std::string() : "'exec:' has no command behind the ':'";
  const size_t equals = text.find('=');
  const auto format = parse_format(text.substr(0, equals));
  if (!format) return unknown_format(text.substr(0, equals));
  if (equals == text.npos) return {};
  if (*format == OutputFormat::console) return "console takes no path: it is what is printed";
  const std::string_view path = text.substr(equals + 1);
  if (*format == OutputFormat::allure && path == "-")
    return "allure writes a folder, which standard output is not";
  if (path.empty()) return fmt::format("'{}' has no path behind the '='", printable(text));
  return {};
}

}  // namespace e2e::host
