#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "discovery/plugin_file.hpp"
#include "discovery/plugin_search.hpp"

namespace e2e::host {

/// A plugin file and the service that it is to run for.
struct ServicePlugin {
  PluginFile file;
  std::string service;
  std::string settings = "{}";  ///< JSON text of what the service's `plugins` says of it
  bool is_listed = false;       ///< that says something of it

  /// True if it is for any service, and this one lists it.
  [[nodiscard]] bool is_for_any() const { return file.note.service == "*"; }
};

/// Which plugin runs for which service.
struct ServicePlugins {
  std::vector<ServicePlugin>
      plugins;  ///< in the order found; one for any service once for each that lists it
  std::vector<std::string> passed_over;  ///< a sentence each: plugins for any service that none lists
  std::vector<std::string> unusable;     ///< a sentence each: what was listed, found, and can't be used
  std::vector<std::string> problems;     ///< a sentence each: what contradicts the config
};

/// Gives each found plugin its service, and each service the plugins for any service that its config lists.
/// What is listed and not among `found` is looked for as `installed`/ID.so; an empty `installed` has none.
ServicePlugins match_plugins(std::vector<PluginFile> found, const Config& config,
                             const std::filesystem::path& installed, const HostPlatform& platform);

}  // namespace e2e::host
