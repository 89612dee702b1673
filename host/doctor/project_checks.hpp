#pragma once

#include <filesystem>

#include "config/config.hpp"
#include "doctor/finding.hpp"

namespace e2e::host {

/// Whether there are plugins, fit for this host, and a service for each and the other way round. Runs none of
/// their code.
void check_plugins(const Config& config, Findings& findings);
/// Whether the state folder (.e2e) can be written, or made, and has room. Leaves nothing behind.
void check_state_folder(const std::filesystem::path& folder, Findings& findings);
/// What runs that were killed have left in the state folder, and of processes.
void check_leftovers(const std::filesystem::path& state_folder, Findings& findings);

}  // namespace e2e::host
