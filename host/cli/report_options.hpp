#pragma once

#include <filesystem>
#include <vector>

#include "base/exit_code.hpp"
#include "cli/options.hpp"
#include "config/config.hpp"
#include "report/outputs.hpp"

namespace CLI {
class App;
}

namespace e2e::host {

/// Adds `--verbose`, `--quiet`, `--debug` and `--color` to a command.
void add_console_options(CLI::App& command, Options& options);

/// Adds `--output` and `--report-dir` to a command.
void add_report_options(CLI::App& command, Options& options);

/// Where a run's results go.
struct OutputPlan {
  std::vector<OutputTarget> targets;
  bool is_stdout_taken = false;  ///< by one of them: the console goes to stderr
};

/// What command line and configuration ask for together; the former's --output replaces the latter's list.
/// Relative paths count from `working_folder` if they are the command line's, else from the project. Throws
/// Fatal(usage) where two reports would be one file.
OutputPlan plan_outputs(const Options& options, const Config& config,
                        const std::filesystem::path& working_folder);

/// How events come to the reports of this process, whose console is that descriptor; where it runs under
/// GitHub Actions, workflow commands are guarded.
OutputConditions output_conditions(bool is_live, int console);

/// Says on the descriptor `console` where the reports are, unless `is_quiet`, and on stderr which are not.
/// False if some are not.
bool tell_outputs(const std::vector<OutputResult>& results, bool is_quiet, int console);

/// The worse of the two, where a report was not written.
ExitCode without_report(ExitCode code);

}  // namespace e2e::host
