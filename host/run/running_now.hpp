#pragma once

#include <cstdint>
#include <vector>

#include "events/reporter.hpp"
#include "run/run_plan.hpp"
#include "run/slot.hpp"

namespace e2e::host {

/// What the slots are at: those whose worker runs something, by number. `run_start_ns`: when the run's clock
/// began, monotonic. Reads what workers have written since the last time.
std::vector<RunningNow> running_now(const RunPlan& plan, const std::vector<Slot>& slots,
                                    int64_t run_start_ns);

}  // namespace e2e::host
