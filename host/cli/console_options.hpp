#pragma once

#include "cli/options.hpp"
#include "report/console_reporter.hpp"

namespace e2e::host {

/// How to show things on this process's standard output, by options, terminal and environment.
ConsoleOptions console_options(const Options& options);

}  // namespace e2e::host
