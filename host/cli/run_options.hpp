#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace e2e::host {

/// The value that stands for a bare --shuffle.
inline constexpr const char* any_order = "random";

/// Adds the command `run`, which fills `options`. Both must outlive the parsing.
CLI::App* add_run_command(CLI::App& app, Options& options);

}  // namespace e2e::host
