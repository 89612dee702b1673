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
#include "discovery/service_plugins.hpp"
#include "discovery/test_annotations.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// A plugin that can run for a service, with its tests.
struct CatalogPlugin : ServicePlugin {
  DescribedPlugin described;
  uint64_t list_fingerprint = 0;
};

/// A test that could be run.
struct CatalogTest {
  TestInfo info;        ///< timeout_ms and max_attempts are as the test says; 0: it says nothing
  uint32_t plugin = 0;  ///< index into Catalog::plugins
  Priority priority = Priority::normal;
  std::vector<uint32_t> depends_on;  ///< indices into Catalog::tests
  std::vector<NamedResource> resources = {};
};

/// All tests of all plugins, in canonical order: service, module, declaration. Where several plugins of a
/// service have a module of the same name, its own come before those for any service, and then by id.
struct Catalog {
  std::vector<CatalogPlugin> plugins;
  std::vector<CatalogTest> tests;
  std::vector<std::string> passed_over;  ///< why files in scanned folders are no plugins, a sentence each
};

/// What a plugin's code says when it is asked in a worker: its tests, a sentence why it can't be used, or
/// what is wrong with its settings.
using Description = std::variant<DescribedPlugin, std::string, SettingsRefused>;
struct DescribeRequest {
  std::string plugin_path;
  std::string service;
  std::string settings;  ///< JSON text
};
/// Asks several plugins, each in a process of its own. Answers in the order of the requests.
using Describer = std::function<std::vector<Description>(const std::vector<DescribeRequest>&)>;

/// Where discovery looks besides config.plugin_paths.
struct DiscoveryFolders {
  std::filesystem::path cache;      ///< for what plugins said of themselves
  std::filesystem::path installed;  ///< for plugins that services list and nobody built here; empty: none
};

/// Finds the plugins of config.plugin_paths and those that services list, reads their notes, gets their tests
/// from the cache or from `describe`, and puts them in order. Plugins that say they are dynamic, and those
/// with settings, are asked each time. Throws Fatal, with every diagnostic at once: infrastructure for
/// plugins that can't be used, usage for tests that contradict each other or the config.
Catalog discover(const Config& config, const DiscoveryFolders& folders, const Describer& describe);

}  // namespace e2e::host
