#pragma once

#include <vector>

#include "config/config.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// Adds the plugins of `plugins.packs` to `config.plugin_paths`: of the packs that e2e.lock names, where it
/// is there; else of the newest that fit. Each file was held to its manifest before: nothing of a pack runs
/// that was changed. Says on stderr which of them nobody trusted has signed. Returns them, for the journal.
/// With `is_frozen`, all have to be in e2e.lock, and signed by a publisher that is trusted. Throws
/// Fatal(infrastructure) with all that are missing, changed, can't run on this machine or are not those of
/// e2e.lock, and with the way out; Fatal(usage) where a variable that a pack needs is not set, or a service
/// that it tests is not configured.
std::vector<RunPack> add_project_packs(Config& config, bool is_frozen);

}  // namespace e2e::host
