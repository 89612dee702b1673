#pragma once

#include <string>

#include "cli/options.hpp"
#include "cli/supervisor.hpp"
#include "config/config.hpp"

namespace e2e::host {

/// The command that builds the project's plugins: `build.command`, else `cmake --build build` where there is
/// such a folder. Throws Fatal(usage) where there is neither.
std::string build_command(const Config& config);

/// Runs it, by /bin/sh in the project's folder. Says so, unless --quiet; its output is shown as it comes with
/// --verbose, else only where it fails. Throws Fatal(infrastructure) where it fails. Returns early where a
/// signal comes.
void build_project(const Config& config, const Options& options, Supervisor& supervisor);

}  // namespace e2e::host
