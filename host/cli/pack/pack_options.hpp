#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace e2e::host {

/// `pack build`, `keygen`, `sign`, `inspect`, `verify`, `install`, `upgrade`, `list`, `show`, `remove`;
/// `trust add`, `list`, `remove`.
void add_pack_commands(CLI::App& app, Options& options);

}  // namespace e2e::host
