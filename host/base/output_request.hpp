#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace e2e::host {

/// What a run's results can be written as.
enum class OutputFormat : uint8_t { console, html, junit, json, ndjson };

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
    case OutputFormat::ndjson:
      return "ndjson";
  }
  return "?";
}

/// One `FORMAT[=PATH]`, as `--output` and `reports.outputs` have it.
struct OutputRequest {
  OutputFormat format = OutputFormat::console;
  std::string path;  ///< empty: the format's own name in the report folder; "-": standard output
};

/// nullopt where output_request_problem() has something to say.
std::optional<OutputRequest> parse_output_request(std::string_view text);

/// What is wrong with the text, as a sentence with what was meant; empty: nothing.
std::string output_request_problem(std::string_view text);

}  // namespace e2e::host
