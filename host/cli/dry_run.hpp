#pragma once

#include <string>

#include "cli/prepare.hpp"
#include "run/run_plan.hpp"

namespace e2e::host {

/// What a run would do, for people: each slot's units with their tests, in the order they would be handed out
/// if every test passed and took as long as any other; and how many tests are not chosen (their ids with
/// `verbose`).
std::string dry_run_text(const Prepared& prepared, const RunPlan& run, bool verbose);

}  // namespace e2e::host
