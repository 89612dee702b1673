#pragma once

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes the exchanges of attempts that went wrong as HAR 1.2
/// (http://www.softwareishard.com/blog/har-12-spec), which browsers' network panels open: docs/reports.md. A
/// page is an attempt, an entry an exchange. Bodies are as long as the record has them.
void write_har_report(const RunRecord& record, const Sink& sink);

}  // namespace e2e::host
