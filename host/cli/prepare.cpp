#include "cli/prepare.hpp"

#include "base/log.hpp"
#include "cli/installed_plugins.hpp"
#include "cli/plan_run.hpp"
#include "run/describe_plugins.hpp"

namespace e2e::host {

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
  prepared.selected = select(prepared.catalog, options.wanted);
  return prepared;
}

}  // namespace e2e::host
