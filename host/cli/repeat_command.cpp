#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.hpp"
#include "cli/console_options.hpp"
#include "cli/prepare.hpp"
#include "cli/print.hpp"
#include "report/ink.hpp"
#include "report/quantity.hpp"
#include "selection/last_run.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// What became of the repetitions so far.
struct Repetitions {
  uint32_t done = 0;
  std::vector<std::pair<uint32_t, fs::path>> failed;  ///< number, the run's folder
  ExitCode worst = ExitCode::ok;

  void add(int code, const fs::path& folder) {
    ++done;
    if (code == static_cast<int>(ExitCode::ok)) return;
    failed.emplace_back(done, folder);
    // Infrastructure trouble goes before failed tests, which all else counts as.
    if (code == static_cast<int>(ExitCode::infrastructure)) worst = ExitCode::infrastructure;
    if (worst == ExitCode::ok) worst = ExitCode::failed;
  }
};

std::string summary(const Repetitions& repetitions, const fs::path& project, bool has_color) {
  const Ink ink(has_color);
  const std::string of = count_text(repetitions.done, "repetition");
  if (repetitions.failed.empty()) return ink(Tint::green, fmt::format("✓ All of {} passed", of)) + '\n';
  constexpr size_t shown = 10;
  std::string text = ink(Tint::red, fmt::format("✗ {} of {} failed", repetitions.failed.size(), of)) + '\n';
  for (size_t i = 0; i < std::min(shown, repetitions.failed.size()); ++i) {
    const auto& [number, folder] = repetitions.failed[i];
    text += fmt::format("   repetition {}   {}\n", number, folder.lexically_relative(project).string());
  }
  if (repetitions.failed.size() > shown)
    text += fmt::format("   and {} more\n", repetitions.failed.size() - shown);
  return text;
}

}  // namespace

ExitCode repeat_command(const Options& options, Supervisor& supervisor) {
  const Config config = load_config(sources_of(options));
  const fs::path runs = config.project / ".e2e" / "runs";
  std::vector<std::string> more;
  // The last run is the one before all repetitions.
  if (options.last_failed) more = {"--last-run=" + find_last_run(runs).value_or("none").string()};

  const bool is_endless = options.until_fail && !options.repeat;
  const uint32_t limit = is_endless ? std::numeric_limits<uint32_t>::max() : options.repeat.value_or(1);
  Repetitions repetitions;
  while (repetitions.done < limit) {
    if (!options.quiet)
      print(fmt::format("{}Repetition {}{}\n", repetitions.done == 0 ? "" : "\n", repetitions.done + 1,
                        is_endless ? "" : fmt::format(" of {}", limit)));
    const int code = supervisor.run_child(more);
    if (const auto interrupted = supervisor.interrupted()) return *interrupted;
    // What can't begin will not begin the next time either.
    if (code == static_cast<int>(ExitCode::usage) || code == static_cast<int>(ExitCode::nothing_to_run))
      return static_cast<ExitCode>(code);
    repetitions.add(code, find_last_run(runs).value_or(fs::path()));
    if (options.until_fail && code != 0) break;
  }
  print((options.quiet ? "" : "\n") +
        summary(repetitions, config.project, console_options(options, STDOUT_FILENO).color));
  return repetitions.worst;
}

}  // namespace e2e::host
