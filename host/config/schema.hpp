#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace e2e::host {

/// Reads the keys of e2e.conf: the only place that knows their names, types, ranges and defaults. What is
/// wrong goes to the context's diagnostics; so the result is of use only if there are none, and with
/// Reading::merged. Sets nothing that depends on folders: `file` and `project` are empty, `plugin_paths` are
/// as written.
Config read_schema(const YamlNode* root, ReadContext& context);

}  // namespace e2e::host
