#pragma once

#include <cstdint>

#include "run/metadata_ledger.hpp"
#include "run/run_plan.hpp"
#include "schedule/scheduler.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// What a worker is told of a unit that it is to run. `failed` tests have failed in the run so far:
/// --fail-fast counts them.
UnitOrder make_unit_order(const RunPlan& run, const MetadataLedger& metadata, const Assignment& assignment,
                          uint32_t failed);

}  // namespace e2e::host
