#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "config/config.hpp"
#include "discovery/catalog.hpp"
#include "run/run_plan.hpp"

namespace e2e::host {

/// The configuration as the command line changes it. Throws Fatal(usage).
Config with_options(Config config, const Options& options);

/// Puts selected tests, config and options together into what is to be run. Throws Fatal(usage) where tests
/// depend on each other in a circle, or a setting can't be.
RunPlan plan_run(const Catalog& catalog, const std::vector<uint32_t>& selected, const Config& config,
                 const Options& options);

}  // namespace e2e::host
