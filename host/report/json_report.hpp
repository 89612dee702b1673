#pragma once

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Version of the JSON report's format; members may be added without a new one.
inline constexpr uint32_t kJsonReportSchema = 1;

/// Writes the run as one JSON object: docs/reports.md. A line for each service and test.
void write_json_report(const RunRecord& record, const Sink& sink);

}  // namespace e2e::host
