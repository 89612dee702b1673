#pragma once

#include <string>

#include "discovery/described_plugin.hpp"

namespace e2e::host {

struct WorkerState;

/// What e2e_host::impl points to: one plugin's instance in its worker. Lives as long as the instance.
struct InstanceContext {
  WorkerState& worker;
  std::string path;  ///< of the plugin
  std::string service, base_url, health_endpoint, environment;
  std::string settings;     ///< JSON text
  SettingsRefused refused;  ///< what the plugin has said of them, bounded
};

}  // namespace e2e::host
