#pragma once

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes the run as a trace in Chrome's JSON format, which https://ui.perfetto.dev opens: docs/reports.md. A
/// process is a service, a thread a slot; in it attempts, in them steps and requests, each within what it is
/// part of.
void write_trace_report(const RunRecord& record, const Sink& sink);

}  // namespace e2e::host
