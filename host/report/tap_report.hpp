#pragma once

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes the run as TAP 14 (https://testanything.org/tap-version-14-specification.html): docs/reports.md. A
/// point a test, then one for each fixture that failed and for each trouble. Tests that were not run are
/// skips, behind which a run that was stopped bails out.
void write_tap_report(const RunRecord& record, const Sink& sink);

}  // namespace e2e::host
