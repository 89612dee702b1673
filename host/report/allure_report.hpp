#pragma once

#include <string>
#include <string_view>

#include "report/report_folder.hpp"
#include "report/run_record.hpp"

namespace e2e::host {

/// Adds the run's results as files of Allure 2
/// (https://allurereport.org/docs/how-it-works-test-result-file/): one for each attempt, retries of a test
/// sharing its history id, and their attachments. Ids are made of the tests' ids, so that equal runs have
/// equal files.
void write_allure_report(const RunRecord& record, ReportFolder& folder);

/// A UUID (RFC 9562, version 8) made of the text, the same each time; all of them begin alike.
std::string allure_uuid(std::string_view text);

/// Whether a file of this name is one that write_allure_report() makes.
bool is_allure_file_of_ours(std::string_view name);

}  // namespace e2e::host
