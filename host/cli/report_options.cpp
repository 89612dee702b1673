#include "cli/report_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/fatal.hpp"
#include "base/output_request.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "cli/console_options.hpp"
#include "cli/help_text.hpp"
#include "cli/option_checks.hpp"
#include "report/hyperlink.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardOutput = "standard output";

const char* default_name(OutputFormat format) {
  switch (format) {
    case OutputFormat::html:
      return "report.html";
    case OutputFormat::junit:
      return "junit.xml";
    case OutputFormat::json:
      return "report.json";
    case OutputFormat::ctrf:
      return "ctrf.json";
    case OutputFormat::allure:
      return "allure-results";
    case OutputFormat::github:
      return "summary.md";
    case OutputFormat::tap:
      return "report.tap";
    case OutputFormat::trace:
      return "trace.json";
    case OutputFormat::har:
      return "failures.har";
    case OutputFormat::ndjson:
      return "events.ndjson";
    case OutputFormat::exec:
    case OutputFormat::console:
      break;
  }
  return "";
}

/// From here if it is below here, so that it can be read and clicked; else whole.
std::string shown_path(const fs::path& path, const fs::path& working_folder) {
  const fs::path relative = path.lexically_relative(working_folder);
  const bool is_below = !relative.empty() && *relative.begin() != "..";
  return printable((is_below ? relative : path).string());
}

void refuse_if_taken(const std::vector<OutputTarget>& targets, const OutputTarget& target) {
  for (const OutputTarget& other : targets)
    if (other.path == target.path && other.format != OutputFormat::exec &&
        target.format != OutputFormat::exec)
      throw Fatal(ExitCode::usage,
                  fmt::format("error: --output: both {} and {} would be written to {}\nhint: give one of "
                              "them another place: --output {}=PATH",
                              to_string(other.format), to_string(target.format), target.shown,
                              to_string(target.format)));
}

}  // namespace

void add_console_options(CLI::App& command, Options& options) {
  CLI::Option* verbose =
      command.add_flag("-v,--verbose", options.verbose, "a line a test, and what each worker does and uses");
  command.add_flag("-q,--quiet", options.quiet, "only failures and the last line")->excludes(verbose);
  command.add_flag("-d,--debug", options.debug, "what plugins wrote to the log, too");
  command.add_option("--color", options.color, "whether what is printed is coloured (default: auto)")
      ->check(one_of({"auto", "always", "never"}))
      ->type_name("auto|always|never");
  for (const char* option : {"--verbose", "--quiet", "--debug", "--color"})
    command.get_option(option)->group(help_output);
}

void add_report_options(CLI::App& command, Options& options) {
  command
      .add_option("-o,--output", options.outputs,
                  "html junit json ctrf allure github tap trace har ndjson exec:SH")
      ->type_name("FORMAT[=PATH]")
      ->allow_extra_args(false)
      ->check([](const std::string& word) { return output_request_problem(word); });
  command.add_option("--report-dir", options.report_dir, "where reports go (default: .e2e/reports)")
      ->type_name("DIR");
  for (const char* option : {"--output", "--report-dir"}) command.get_option(option)->group(help_output);
}

OutputPlan plan_outputs(const Options& options, const Config& config, const fs::path& working_folder) {
  std::vector<OutputRequest> requests = config.reports.outputs;
  if (!options.outputs.empty()) {
    requests.clear();
    for (const std::string& text : options.outputs)
      if (const auto request = parse_output_request(text)) requests.push_back(*request);
  }
  const fs::path base = options.outputs.empty() ? config.project : working_folder;
  const fs::path folder =
      options.report_dir ? working_folder / *options.report_dir : config.project / config.reports.folder;

  OutputPlan plan;
  for (const OutputRequest& request : requests) {
    if (request.format == OutputFormat::console) continue;
    OutputTarget target;
    target.format = request.format;
    if (request.format == OutputFormat::exec) {
      target.path = base;
      target.shown = request.path;
    } else if (request.path == "-") {
      target.shown = kStandardOutput;
      plan.is_stdout_taken = true;
    } else {
      target.path = request.path.empty() ? folder / default_name(request.format) : base / request.path;
      const char* const summary = std::getenv("GITHUB_STEP_SUMMARY");
      if (request.format == OutputFormat::github && request.path.empty() && summary != nullptr &&
          *summary != '\0') {
        target.path = working_folder / summary;
        target.keeps_content = true;
      }
      target.path = target.path.lexically_normal();
      target.shown = shown_path(target.path, working_folder);
    }
    const bool is_said_twice =
        std::any_of(plan.targets.begin(), plan.targets.end(), [&](const OutputTarget& other) {
          return other.format == target.format && other.path == target.path && other.shown == target.shown;
        });
    if (is_said_twice) continue;
    refuse_if_taken(plan.targets, target);
    plan.targets.push_back(std::move(target));
  }
  if (options.report_dir && plan.targets.empty())
    throw Fatal(ExitCode::usage,
                "error: --report-dir: there is no report to put there\nhint: add one, as in --output html");
  return plan;
}

OutputConditions output_conditions(bool is_live, int console) {
  OutputConditions conditions;
  conditions.is_live = is_live;
  const char* const actions = std::getenv("GITHUB_ACTIONS");
  if (actions != nullptr && std::string_view(actions) == "true")
    conditions.guard_workflow_commands = [console](std::string_view text) {
      write_all(console, text.data(), text.size());
    };
  return conditions;
}

bool tell_outputs(const std::vector<OutputResult>& results, bool is_quiet, int console) {
  const bool has_links = may_link(console);
  std::string written, problems;
  for (const OutputResult& result : results) {
    const OutputTarget& target = result.target;
    const bool is_program = target.format == OutputFormat::exec;
    if (is_program && !result.error.empty())
      problems += fmt::format("error: the reporter '{}' failed: {}\n", printable(target.shown), result.error);
    if (is_program) continue;
    if (!result.error.empty())
      problems += fmt::format("error: the {} report {} was not written: {}\n", to_string(target.format),
                              target.shown, result.error);
    else if (!target.path.empty())
      written += fmt::format("   {}: {}\n", to_string(target.format),
                             has_links ? file_link(target.shown, target.path) : target.shown);
  }
  if (!is_quiet) write_all(console, written.data(), written.size());
  for (const OutputResult& result : results) write_all(console, result.console.data(), result.console.size());
  write_all(STDERR_FILENO, problems.data(), problems.size());
  return problems.empty();
}

ExitCode without_report(ExitCode code) { return was_interrupted(code) ? code : ExitCode::infrastructure; }

}  // namespace e2e::host
