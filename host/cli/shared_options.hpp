#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace e2e::host {

// Options that several commands share. The type name of an option shows its values: those of them that are
// words in lower case, as in "service|test" and "[N|auto]", are what completion offers.

/// Which tests: names, --service, --module, tags.
void add_choice_options(CLI::App& app, Options& options);
/// -c alone: for what only needs to know the project.
void add_config_option(CLI::App& app, Options& options);
/// --frozen: which packs may be used.
void add_frozen_option(CLI::App& app, Options& options);
/// What the configuration is made from: -c, -e, --set, --plugins.
void add_source_options(CLI::App& app, Options& options);

}  // namespace e2e::host
