#pragma once

#include <string>

#include "events/event.hpp"
#include "report/failure_text.hpp"
#include "report/run_tally.hpp"

namespace e2e::host {

/// The run in one line, with the newline: whether all is well, how many tests came to what, how long it took.
///
///     ✓ All services passed        38 tests, 4 services, 1.2 s (2.9 s of work)
std::string summary_headline(const RunTally& tally, const RunFinished& run, const TextLayout& layout);

/// A line each, indented by three, in canonical order: tests that failed, fixtures that failed, flaky tests;
/// skipped and not run ones by reason; trouble; then the slowest tests, of those that took a second; and
/// `again`, if it is not empty and something is to be run again. Empty if there is nothing to say.
std::string summary_details(const RunTally& tally, const RunFinished& run, const TextLayout& layout,
                            const std::string& again = {});

}  // namespace e2e::host
