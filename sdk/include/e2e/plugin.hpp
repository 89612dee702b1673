#pragma once

struct e2e_plugin;

/// For what e2e_add_plugin generates; test files don't need it.
namespace e2e::detail {

/// Who this plugin is, as in its note. Defined once in each plugin.
struct PluginInfo {
  const char* id;
  const char* version;
  const char* service;
};
extern const PluginInfo plugin_info;

/// What e2e_plugin_v1() returns.
const e2e_plugin* plugin() noexcept;

}  // namespace e2e::detail
