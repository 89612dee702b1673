#pragma once

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes the run as JUnit XML, as Jenkins and GitLab read it: docs/reports.md. A suite a service, a testcase
/// a test with its earlier attempts inside; further ones for fixtures that failed and for trouble.
void write_junit_report(const RunRecord& record, const Sink& sink);

}  // namespace e2e::host
