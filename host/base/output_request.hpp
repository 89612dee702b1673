#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// What a run's results can be written as.
enum class OutputFormat : uint8_t {
  console,
  html,
  junit,
  json,
  ctrf,
  allure,
  github,
  tap,
  trace,
  har,
  ndjson,
  exec
};

constexpr std::string_view to_string(OutputFormat format) {
  switch (format) {
    case OutputFormat::console:
      return "console";
    case OutputFormat::html:
      return "html";
    case OutputFormat::junit:
      return "junit";
    case OutputFormat::json:
      return "json";
    case OutputFormat::ctrf:
      return "ctrf";
    case OutputFormat::allure:
      return "allure";
    case OutputFormat::github:
      return "github";
    case OutputFormat::tap:
      return "tap";
    case OutputFormat::trace:
      return "trace";
    case OutputFormat::har:
      return "har";
    case OutputFormat::ndjson:
      return "ndjson";
    case OutputFormat::exec:
      return "exec";
  }
  return "?";
}

/// One `FORMAT[=PATH]` or `exec:COMMAND`, as `--output` and `reports.outputs` have it.
struct OutputRequest {
  OutputFormat format = OutputFormat::console;
  /// Empty: the format's own name in the report folder; "-": standard output. Of exec: the command.
  std::string path;
};

/// What people may write for a format: "html", "exec:", in the order of the documentation.
std::vector<std::string> output_format_words();

/// nullopt where output_request_problem() has something to say.
std::optional<OutputRequest> parse_output_request(std::string_view text);

/// What is wrong with the text, as a sentence with what was meant; empty: nothing.
std::string output_request_problem(std::string_view text);

}  // namespace e2e::host
