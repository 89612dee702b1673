#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/priority.hpp"
#include "config/config.hpp"
#include "discovery/described_plugin.hpp"
#include "discovery/plugin_file.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// A plugin that can run, with its tests.
struct CatalogPlugin {
  PluginFile file;
  std::string service;
  DescribedPlugin described;
  uint64_t list_fingerprint = 0;
};

/// A test that could be run.
struct CatalogTest {
  TestInfo info;        ///< timeout_ms and max_attempts are as the test says; 0: it says nothing
  uint32_t plugin = 0;  ///< index into Catalog::plugins
  Priority priority = Priority::normal;
  std::vector<uint32_t> depends_on;  ///< indices into Catalog::tests
};

/// All tests of all plugins, in canonical order: service, module, declaration.
struct Catalog {
  std::vector<CatalogPlugin> plugins;
  std::vector<CatalogTest> tests;
  std::vector<std::string> passed_over;  ///< why files in scanned folders are no plugins, a sentence each
};

/// What a plugin's code says when it is asked in a worker: its tests, or a sentence why it can't be used.
using Description = std::variant<DescribedPlugin, std::string>;
struct DescribeRequest {
  std::string plugin_path;
  std::string service;
};
/// Asks several plugins, each in a process of its own. Answers in the order of the requests.
using Describer = std::function<std::vector<Description>(const std::vector<DescribeRequest>&)>;

/// Finds the plugins of config.plugin_paths, reads their notes, gets their tests from the cache in
/// `cache_folder` or from `describe`, and puts them in order. Throws Fatal, with every diagnostic at once:
/// infrastructure for plugins that can't be used, usage for tests that contradict each other or the config.
Catalog discover(const Config& config, const std::filesystem::path& cache_folder, const Describer& describe);

}  // namespace e2e::host
