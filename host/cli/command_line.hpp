#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace e2e::host {

/// Defines every command and option, which fill `options`. Both must outlive the parsing.
void define_command_line(CLI::App& app, Options& options);

}  // namespace e2e::host
