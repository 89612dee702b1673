#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/fatal.hpp"
#include "base/log.hpp"
#include "base/pids_cgroup.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "cli/again_command.hpp"
#include "cli/commands.hpp"
#include "cli/console_options.hpp"
#include "cli/dry_run.hpp"
#include "cli/plan_run.hpp"
#include "cli/prepare.hpp"
#include "cli/print.hpp"
#include "cli/report_options.hpp"
#include "cli/terminal_keys.hpp"
#include "events/event_stream.hpp"
#include "report/console_reporter.hpp"
#include "report/durations.hpp"
#include "report/event_pipe.hpp"
#include "report/outputs.hpp"
#include "run/run_loop.hpp"
#include "worker/crash_handler.hpp"

namespace e2e::host {
namespace {

/// The run's folder: sorts by time, and no two runs share one.
std::filesystem::path run_folder(const std::filesystem::path& state_folder, const std::string& run_id) {
  return state_folder / "runs" /
         fmt::format("{:%Y%m%d-%H%M%S}-{}", fmt::localtime(std::time(nullptr)), run_id);
}

/// Why no test is left, and what to do.
std::string why_empty(const Prepared& prepared) {
  if (prepared.catalog.plugins.empty()) {
    std::string paths, notes;
    for (const auto& path : prepared.config.plugin_paths)
      paths += (paths.empty() ? "" : ", ") + printable(path.string());
    for (const auto& sentence : prepared.catalog.passed_over) notes += "\nnote: " + sentence;
    return fmt::format(
        "there is no plugin in {}{}\nhint: build the plugins, or say where they are with "
        "--plugins PATH; --allow-empty makes this no error",
        paths, notes);
  }
  if (prepared.catalog.tests.empty())
    return "the plugins have no tests\nhint: --allow-empty makes this no error";
  return "no test was selected\nhint: `e2e-host list` shows the tests there are; --allow-empty makes this no "
         "error";
}

/// Why a run without a test is in order: it has only a share, or only what a change affects. Empty: it is
/// not.
std::string why_empty_is_in_order(const Prepared& prepared, const Options& options) {
  if (options.shard && prepared.chosen_in_all_shards > 0)
    return fmt::format("Nothing to run: shard {}/{} has no test.\n", options.shard->number,
                       options.shard->count);
  if (!options.affected_services.empty() && !prepared.catalog.tests.empty())
    return "Nothing to run: no chosen test is affected.\n";
  return {};
}

/// A limit that nobody holds to must not pass for one.
void limit_processes(Launcher& launcher, const RunPlan& plan) {
  if (plan.resources.processes == 0 || plan.isolation == Isolation::none) return;
  const std::string why_not = launcher.limit_processes(plan.resources.processes);
  if (!why_not.empty())
    fmt::print(stderr, "warning: limits.processes is not enforced: {}\nhint: {}\n", printable(why_not),
               pids_cgroup_way_out);
}

}  // namespace

ExitCode run_command(const Options& options, LauncherBirth birth) {
  if (options.debug) start_log();
  // Until there is something to show.
  ::signal(SIGUSR1, SIG_IGN);
  // Who reads no more costs what would have been written there, and no result.
  ::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context loop(1);
  Launcher launcher(loop, std::move(birth));

  Prepared prepared = prepare(options, loop, launcher);
  if (prepared.selected.empty()) {
    const std::string in_order = why_empty_is_in_order(prepared, options);
    if (!options.quiet) print(in_order);
    if (options.allow_empty || !in_order.empty()) return ExitCode::ok;
    throw Fatal(ExitCode::nothing_to_run, "error: nothing to run: " + why_empty(prepared));
  }
  if (options.list) {
    print(tests_text(prepared));
    return ExitCode::ok;
  }
  RunPlan plan = plan_run(prepared.catalog, prepared.selected, prepared.config, options);
  plan.environment.packs = prepared.packs;

  if (options.dry_run) {
    print(dry_run_text(prepared, plan, options.verbose));
    return ExitCode::ok;
  }
  const OutputPlan output_plan = plan_outputs(options, prepared.config, std::filesystem::current_path());
  const int console = output_plan.is_stdout_taken ? STDERR_FILENO : STDOUT_FILENO;
  Outputs outputs = open_outputs(output_plan.targets, output_conditions(true, console));
  if (options.verbose && !plan.workers_reason.empty()) {
    const std::string reason = "Workers: " + plan.workers_reason + '\n';
    write_all(console, reason.data(), reason.size());
  }

  const std::filesystem::path folder = run_folder(prepared.state_folder, launcher.run().run_id);
  auto journal = std::make_unique<Journal>(folder / "events.ndjson");
  plan.output_folder = folder.string();
  if (plan.isolation == Isolation::none) install_last_words(launcher.slots(), plan.slots, journal->fd());
  EventStream events(std::move(journal));
  ConsoleOptions shown = console_options(options, console);
  shown.again = again_command(options);
  shown.earlier = read_durations(prepared.state_folder / "durations");
  for (const TestInfo& test : plan.tests) {
    const auto known = shown.earlier.find(test.id);
    plan.earlier_ns.push_back(known == shown.earlier.end() ? 0 : known->second);
  }
  const bool hears_keys = shown.is_terminal && plan.isolation != Isolation::none;
  events.add(make_console_reporter(
      std::move(shown), [console](std::string_view text) { write_all(console, text.data(), text.size()); }));
  events.add(make_durations_writer(prepared.state_folder / "durations"));
  for (auto& reporter : outputs.reporters) events.add(std::move(reporter));
  if (options.events_to) events.add(std::make_unique<EventPipe>(*options.events_to));

  log_debug("run {}: {} tests, {} services, {} slots, journal in {}", launcher.run().run_id,
            plan.tests.size(), plan.services.size(), plan.slots, folder.string());
  limit_processes(launcher, plan);
  RunLoop run(loop, launcher, plan, events);
  TerminalKeys::Hooks hooks;
  // Under isolation none the terminal's input is the tests' own, or a debugger's.
  if (hears_keys)
    hooks.on_key = [&run](char key) {
      if (key == 't') run.show_status();
    };
  hooks.on_stop = [&events, &run] {
    events.pause();
    run.pause();
  };
  hooks.on_continue = [&run] { run.resume(); };
  std::optional<TerminalKeys> keys(std::in_place, loop, std::move(hooks));
  const ExitCode code = run.run();
  keys.reset();
  if (const std::string error = events.journal_error(); !error.empty())
    fmt::print(stderr, "error: {}\n", error);
  return tell_outputs(*outputs.results, options.quiet, console) ? code : without_report(code);
}

}  // namespace e2e::host
