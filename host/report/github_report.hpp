#pragma once

#include <string>

#include "report/console_reporter.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Writes what GitHub shows below a job: a step's summary, in Markdown that no text of a test can leave. At
/// most 900 KiB of the 1 MiB that GitHub takes: details of failures give way.
void write_github_summary(const RunRecord& record, const Sink& sink);

/// The run's problems as workflow commands, a line each, which GitHub shows beside the code: at most the ten
/// that it takes of a step, the last of which may say how many more there are.
std::string github_annotations(const RunRecord& record);

}  // namespace e2e::host
