#pragma once

#include <string>

#include "cli/options.hpp"

namespace e2e::host {

/// The command that runs again what failed in a run with these options, for the same shell and folder. Values
/// of
/// --set are left out of it, as they may be secrets: `--set KEY=…`.
std::string again_command(const Options& options);

}  // namespace e2e::host
