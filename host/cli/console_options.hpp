#pragma once

#include "cli/options.hpp"
#include "report/console_reporter.hpp"

namespace e2e::host {

/// How to show things on `fd`, this process's standard output or error, by options, terminal and environment.
ConsoleOptions console_options(const Options& options, int fd);

/// Whether what is shown on `fd` may carry links, by terminal and environment.
bool may_link(int fd);

}  // namespace e2e::host
