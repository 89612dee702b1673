#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// The files that a report leads to, kept beside it in a folder of its own: report.html has report-files/.
/// Both can be moved, zipped and sent together. Names in it are made of content hashes and numbers, never of
/// what a test wrote. Where a file can't be kept, the report has no link to it. One thread.
class ReportFiles {
 public:
  /// What is copied at most, where a file can't be linked to as the folder is on another file system.
  static constexpr uint64_t max_copied_bytes = 1u << 30;

  /// `report`: where that will be; empty, or no regular file: nothing is kept. The folder is made when the
  /// first file comes.
  explicit ReportFiles(const std::filesystem::path& report);

  // Each returns a link from the report to the file, as a relative URL; empty: it is not kept.
  std::string keep(const AttachmentRecord& attachment);
  /// Of a whole body that the run in `folder` has as `file`.
  std::string keep_body(const std::string& folder, const std::string& file);
  /// Of all that an attempt wrote, where that is in a file. `is_stderr`: which.
  std::string keep_output(const CapturedOutput& output, uint32_t test, uint32_t attempt, bool is_stderr);
  /// Of a service that the run started: the log that the run's folder has.
  std::string keep_log(const ServiceStarted& started, size_t number);

  /// Removes what earlier reports of that name have left in the folder. To be called once the report is
  /// there.
  void remove_others();

 private:
  std::string keep_file(const std::filesystem::path& source, const std::string& name);
  bool put(const std::filesystem::path& source, const std::string& name);

  const std::filesystem::path folder_;  ///< empty: nothing is kept
  std::set<std::string> kept_;
  uint64_t copyable_bytes_ = max_copied_bytes;
};

/// The bytes as a path in a URL.
std::string url_path(std::string_view path);

/// A file as tools of CI want it named: from the folder of the job (`CI_PROJECT_DIR` or `WORKSPACE`, where
/// they are set, else the working folder), if it is below that; else absolute.
std::string path_in_job(const std::filesystem::path& file);

}  // namespace e2e::host
