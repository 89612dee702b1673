#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "events/reporter.hpp"
#include "report/failure_text.hpp"
#include "report/run_tally.hpp"

namespace e2e::host {

/// What runs now, for someone who asks: for each slot that is at work since when, its last step and request,
/// and what it has written so far. Lines that are safe to show; ends with a newline.
std::string status_text(const RunTally& tally, const std::vector<RunningNow>& running, int64_t time_ns,
                        const TextLayout& layout);

}  // namespace e2e::host
