#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/fatal.hpp"
#include "cli/build_project.hpp"
#include "cli/commands.hpp"
#include "cli/console_options.hpp"
#include "cli/file_watch.hpp"
#include "cli/prepare.hpp"
#include "cli/print.hpp"
#include "discovery/plugin_search.hpp"
#include "report/quantity.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// How long nothing must change before what has changed is looked at: a linker writes a file in pieces.
constexpr int quiet_ms = 100;
/// How long a plugin may be missing or half-written before that is an error to be shown.
constexpr int settling_ms = 2000;

/// What the plugins are at one moment.
struct Plugins {
  std::map<fs::path, std::pair<std::string, std::string>> files;  ///< content, service
  bool is_whole = true;                                           ///< each could be read
};

Plugins look_at_plugins(const Config& config) {
  Plugins plugins;
  const FoundPlugins found = find_plugins(config.plugin_paths, HostPlatform::current());
  for (const PluginFile& file : found.plugins)
    plugins.files[file.path] = {file.content_hash, file.note.service};
  plugins.is_whole = found.problems.empty();
  return plugins;
}

/// What a change means for the next run: all services, some, or none.
struct Affected {
  bool all = false;
  std::set<std::string> services;
  [[nodiscard]] bool any() const { return all || !services.empty(); }
};

Affected compare(const Plugins& before, const Plugins& now) {
  Affected affected;
  for (const auto& [path, plugin] : now.files) {
    const auto known = before.files.find(path);
    if (known != before.files.end() && known->second.first == plugin.first) continue;
    if (plugin.second == "*")
      affected.all = true;
    else
      affected.services.insert(plugin.second);
  }
  // The run says what is wrong with it.
  affected.all |= !now.is_whole;
  return affected;
}

class Watcher {
 public:
  Watcher(const Options& options, Supervisor& supervisor)
      : options_(options),
        supervisor_(supervisor),
        console_(console_options(options, STDOUT_FILENO)),
        config_(load_config(sources_of(options))) {
    for (const auto& path : config_.plugin_paths) watch_.add_plugins(path);
    if (!config_.file.empty()) watch_.add_config(config_.file);
    if (options.build) watch_.add_sources(config_.project);
  }

  ExitCode run() {
    if (build()) {
      plugins_ = look_at_plugins(config_);
      run_tests({true, {}});
    }
    while (!supervisor_.interrupted()) {
      tell_waiting();
      const FileWatch::Changes changes = wait_for_changes();
      if (supervisor_.interrupted()) break;
      follow(changes);
    }
    return *supervisor_.interrupted();
  }

 private:
  void follow(const FileWatch::Changes& changes) {
    if (changes.sources) clear_screen();
    if (changes.sources && !build()) return;
    if (changes.config) reload();
    Plugins now = look_at_plugins(config_);
    Affected affected = compare(plugins_, now);
    affected.all |= changes.config;
    plugins_ = std::move(now);
    if (!affected.any()) return print("No plugin has changed.\n");
    if (!changes.sources) clear_screen();
    run_tests(affected);
  }

  void clear_screen() const {
    if (console_.is_terminal) print("\x1b[2J\x1b[H");
  }

  /// False if it failed, which has been said then.
  bool build() {
    if (!options_.build) return true;
    try {
      build_project(config_, options_, supervisor_);
      // What it has made is looked at next; what was edited meanwhile is still to be built.
      pending_ = watch_.take();
      pending_.plugins = false;
      return !supervisor_.interrupted();
    } catch (const Fatal& error) {
      if (error.code() == ExitCode::usage) throw;
      fmt::print(stderr, "{}\n", error.what());
      return false;
    }
  }

  /// A configuration that can't be is said by the run; the one before goes on telling where plugins are.
  void reload() {
    try {
      config_ = load_config(sources_of(options_));
      for (const auto& path : config_.plugin_paths) watch_.add_plugins(path);
    } catch (const Fatal&) {
    }
  }

  void run_tests(const Affected& affected) {
    std::vector<std::string> more;
    if (!affected.all)
      for (const auto& service : affected.services) more.push_back("--affected-service=" + service);
    supervisor_.run_child(more);
  }

  void tell_waiting() {
    if (supervisor_.interrupted()) return;
    const std::string sources =
        options_.build ? fmt::format(" and the sources in {}", count_text(watch_.source_folders(), "folder"))
                       : "";
    print(
        fmt::format("\nWatching {}{}; Ctrl-C ends.\n", count_text(plugins_.files.size(), "plugin"), sources));
  }

  /// Waits till something has changed, and then nothing more for a moment.
  FileWatch::Changes wait_for_changes() {
    FileWatch::Changes changes = std::exchange(pending_, {});
    for (int unsettled_ms = 0; !supervisor_.interrupted();) {
      const bool is_quiet = !supervisor_.wait_readable(watch_.fd(), changes.any() ? quiet_ms : -1);
      const FileWatch::Changes more = watch_.take();
      changes.plugins |= more.plugins;
      changes.config |= more.config;
      changes.sources |= more.sources;
      if (!is_quiet || !changes.any()) continue;
      unsettled_ms += quiet_ms;
      if (!changes.plugins || changes.sources || unsettled_ms >= settling_ms ||
          look_at_plugins(config_).is_whole)
        break;
    }
    return changes;
  }

  const Options& options_;
  Supervisor& supervisor_;
  const ConsoleOptions console_;
  Config config_;
  FileWatch watch_;
  FileWatch::Changes pending_;
  Plugins plugins_;
};

}  // namespace

ExitCode watch_command(const Options& options, Supervisor& supervisor) {
  return Watcher(options, supervisor).run();
}

}  // namespace e2e::host
