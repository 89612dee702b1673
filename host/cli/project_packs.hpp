#pragma once

#include <vector>

#include "config/config.hpp"
#include "pack/lock_file.hpp"
#include "pack/pack_store.hpp"

namespace e2e::host {

/// A pack that e2e.conf lists, as it is installed.
struct ProjectPack {
  PackListing listing;
  InstalledPack pack;
};

/// The packs of `plugins.packs`: those that e2e.lock names, where it is there; else the newest that fit.
/// Throws Fatal(infrastructure) with all that are missing, or can't run on this machine, or are not those of
/// e2e.lock, and with the way out. With `is_frozen`, all have to be in e2e.lock, and signed by a publisher
/// that is trusted.
std::vector<ProjectPack> find_project_packs(const Config& config, bool is_frozen);

/// Adds their plugins to `config.plugin_paths`, having held each file to its manifest: nothing of a pack runs
/// that was changed. Says on stderr which of them nobody trusted has signed. Throws Fatal: as above; with
/// ExitCode::usage where a variable that a pack needs is not set.
void add_project_packs(Config& config, bool is_frozen);

}  // namespace e2e::host
