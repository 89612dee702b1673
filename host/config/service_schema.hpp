#pragma once

#include <cstdint>
#include <string>

#include "config/config.hpp"
#include "config/section.hpp"

namespace e2e::host {

/// What services take over from the rest of the configuration.
struct ServiceDefaults {
  int64_t timeout_ms;
  std::string timeout_origin;
  ParallelSettings parallel;
  const YamlNode* isolation_node;  ///< null: by default
};

/// Reads one service of `services`: the only place that knows the keys of a service. `entry` is its name and
/// its map, `services` the map that it is in. What is wrong goes to the context's diagnostics.
ServiceConfig read_service(ReadContext& context, const YamlEntry& entry, const ServiceDefaults& defaults,
                           const YamlNode& services);

}  // namespace e2e::host
