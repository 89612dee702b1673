#pragma once

#include "cli/options.hpp"
#include "report/console_reporter.hpp"

namespace e2e::host {

/// How to show things on `fd`, this process's standard output or error, by options, terminal and environment.
ConsoleOptions console_options(const Options& options, int fd);

}  // namespace e2e::host
