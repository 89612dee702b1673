#pragma once

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes the run as CTRF, the Common Test Report Format (https://ctrf.io): docs/reports.md. What it has no
/// member for is in `extra`. A test for each test, in canonical order, then one for each fixture that failed
/// and for each trouble.
void write_ctrf_report(const RunRecord& record, const Sink& sink);

}  // namespace e2e::host
