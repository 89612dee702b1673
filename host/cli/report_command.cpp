#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/console_options.hpp"
#include "cli/find_journal.hpp"
#include "cli/prepare.hpp"
#include "cli/report_options.hpp"
#include "events/replay_runs.hpp"
#include "report/console_reporter.hpp"
#include "report/outputs.hpp"

namespace e2e::host {

ExitCode report_command(const Options& options) {
  Config config = load_config(sources_of(options));
  const std::vector<JournalFile> journals = find_journals(options.runs, config.project / ".e2e" / "runs");
  // What a run leaves is there already: only what is asked for is written again.
  config.reports.outputs.clear();
  const OutputPlan plan = plan_outputs(options, config, std::filesystem::current_path());
  const int console = plan.is_stdout_taken ? STDERR_FILENO : STDOUT_FILENO;

  std::string text;
  ConsoleOptions shown = console_options(options, console);
  shown.is_terminal = false;  // nothing is going on
  const auto console_reporter =
      make_console_reporter(shown, [&text](std::string_view bytes) { text += bytes; });
  OutputConditions conditions = output_conditions(false, console);
  if (conditions.guard_workflow_commands)
    conditions.guard_workflow_commands = [&text](std::string_view bytes) { text += bytes; };
  const Outputs outputs = open_outputs(plan.targets, conditions);
  const Replayed replayed = replay_runs(journals, [&](const Event& event) {
    console_reporter->on_event(event);
    for (const auto& reporter : outputs.reporters) reporter->on_event(event);
    if (text.size() < 64u << 10 && !std::holds_alternative<RunFinished>(event.fact)) return;
    write_all(console, text.data(), text.size());
    text.clear();
  });
  const bool are_written = tell_outputs(*outputs.results, options.quiet, console);
  for (const std::string& run : replayed.going_on)
    fmt::print(stderr, "note: the run {} is still going on: this is what is known of it so far\n",
               printable(run));
  const auto code = static_cast<ExitCode>(replayed.exit_code);
  return are_written ? code : without_report(code);
}

}  // namespace e2e::host
