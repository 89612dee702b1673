#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "discovery/plugin_file.hpp"

namespace e2e::host {

/// The plugins that some paths lead to.
struct FoundPlugins {
  std::vector<PluginFile> plugins;       ///< by path
  std::vector<std::string> problems;     ///< a sentence each: what was named or scanned and can't be used
  std::vector<std::string> passed_over;  ///< a sentence each: what a folder holds besides plugins
};

/// Looks at each path: a file is taken as a plugin, of a folder every *.so directly in it. A path that does
/// not exist is a problem; a file that comes twice is taken once.
FoundPlugins find_plugins(const std::vector<std::filesystem::path>& paths, const HostPlatform& platform);

}  // namespace e2e::host
