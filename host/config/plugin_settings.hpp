#pragma once

#include "config/section.hpp"

namespace e2e::host {

/// Longer settings of one plugin, as JSON text, are refused.
inline constexpr size_t max_plugin_settings_bytes = 1 << 20;

/// Reads `plugins` of a service: a list of ids, or a map of ids to settings. Settings are any value; what
/// they mean only the plugin knows. Plain scalars are what YAML 1.2 takes them for, after variables are put
/// in; quoted ones are text.
void read_plugin_listings(Section& service, ServiceConfig& config);

}  // namespace e2e::host
