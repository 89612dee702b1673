#pragma once

#include <CLI/CLI.hpp>

#include "cli/options.hpp"

namespace e2e::host {

/// `init`, `new service`, `new test`, and `sample-service` that the first two's tests talk to.
void add_new_commands(CLI::App& app, Options& options);

}  // namespace e2e::host
