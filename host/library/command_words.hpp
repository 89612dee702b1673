#pragma once

#include <string>
#include <vector>

#include "e2e-host/run_tests.hpp"

namespace e2e::host {

/// What `e2e-host` is called with, the program's name aside, for a run whose events go to `event_descriptor`.
std::vector<std::string> command_words(const ParallelConfig& parallel, const RunOptions& options,
                                       int event_descriptor, bool verbose);

}  // namespace e2e::host
