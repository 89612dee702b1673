#include "cli/prepare.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "base/log.hpp"
#include "cli/installed_plugins.hpp"
#include "cli/pack/project_packs.hpp"
#include "cli/plan_run.hpp"
#include "report/quantity.hpp"
#include "run/describe_plugins.hpp"
#include "selection/last_run.hpp"

namespace e2e::host {

namespace {

/// Makes the choice one of what the last run left to be done, if that left any of the chosen tests. Says what
/// it does on standard error.
void choose_last_failed(const Options& options, const Prepared& prepared, Wanted& wanted) {
  const auto folder = options.last_run ? options.last_run : find_last_run(prepared.state_folder / "runs");
  const bool is_known = folder && *folder != "none";
  const LastRun last = is_known ? read_run(*folder) : LastRun();
  Wanted failed = wanted;
  failed.ids = last.unfinished;
  failed.with_dependencies = false;
  const size_t count = select(prepared.catalog, failed).size();
  if (count > 0) {
    wanted.ids = last.unfinished;
    fmt::print(stderr, "note: --last-failed: {} of the run {}\n", count_text(count, "test"),
               folder->filename().string());
  } else if (is_known) {
    fmt::print(stderr, "note: --last-failed: no chosen test failed in the run {}: all of them run\n",
               folder->filename().string());
  } else {
    fmt::print(stderr, "note: --last-failed: there was no run before: all chosen tests run\n");
  }
}

void choose(const Options& options, Prepared& prepared) {
  Wanted wanted = options.wanted;
  wanted.folder = std::filesystem::current_path();
  wanted.affected_services = options.affected_services;
  if (options.last_failed) choose_last_failed(options, prepared, wanted);
  prepared.selected = select(prepared.catalog, wanted);
  prepared.chosen_in_all_shards = prepared.selected.size();
  if (options.shard) prepared.selected = take_shard(prepared.catalog, prepared.selected, *options.shard);
}

}  // namespace

ConfigSources sources_of(const Options& options) {
  ConfigSources sources = process_sources();
  sources.file = options.config_file;
  sources.environment = options.environment;
  sources.settings = options.settings;
  sources.plugins = options.plugins;
  return sources;
}

Prepared prepare(const Options& options, boost::asio::io_context& loop, Launcher& launcher) {
  Prepared prepared;
  prepared.config = with_options(load_config(sources_of(options)), options);
  prepared.packs = add_project_packs(prepared.config, options.frozen);
  prepared.state_folder = prepared.config.project / ".e2e";
  const auto describe = [&](const std::vector<DescribeRequest>& requests) {
    return describe_plugins(loop, launcher, prepared.config, requests);
  };
  const DiscoveryFolders folders{prepared.state_folder / "cache" / "describe", installed_plugin_folder()};
  prepared.catalog = discover(prepared.config, folders, describe);
  for (const auto& sentence : prepared.catalog.passed_over) log_debug("passed over: {}", sentence);
  log_debug("{}: {} plugins, {} tests",
            prepared.config.file.empty() ? "no config file" : prepared.config.file.string(),
            prepared.catalog.plugins.size(), prepared.catalog.tests.size());
  choose(options, prepared);
  return prepared;
}

}  // namespace e2e::host
