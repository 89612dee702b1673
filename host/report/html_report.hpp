#pragma once

#include <string>
#include <string_view>

#include "report/console_reporter.hpp"
#include "report/report_files.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes the run as one HTML page that needs no other file and no network: docs/reports.md. The page is that
/// of host/report/html; the run is data in it, which its script puts on the screen as text. At most some 25
/// MB: details of tests that passed give way first.
void write_html_report(const RunRecord& record, const Sink& sink);
/// The same for a page that has what is too large for it, and what tests attached, in files beside it.
void write_html_report(const RunRecord& record, const Sink& sink, ReportFiles& files);

/// JSON text such that no HTML parser sees an end of the script element, or anything else, in it.
std::string json_for_html(std::string_view json);

}  // namespace e2e::host
