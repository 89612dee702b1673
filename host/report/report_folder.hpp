#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// A report that is a folder of files, which may hold files of others, too. Until commit() what is there
/// stays; each file then takes its name when it is whole. Errors are remembered, not thrown: see error().
/// One thread.
class ReportFolder {
 public:
  /// What is copied at most, where a file can't be linked to as the folder is on another file system.
  static constexpr uint64_t max_copied_bytes = 1u << 30;

  /// Makes the folder, and finds out now whether files can be written there. Leaves none behind if it is
  /// never committed.
  explicit ReportFolder(const std::filesystem::path& folder);
  ReportFolder(ReportFolder&& other) noexcept;
  ReportFolder& operator=(ReportFolder&&) = delete;
  ~ReportFolder();

  /// Adds a file; a second one of the same name is passed over.
  void write(const std::string& name, std::string_view bytes);
  /// Adds a file with the content of another, which is linked to or copied. False: there is none, or no room
  /// for it, which is no error.
  bool keep(const std::filesystem::path& source, const std::string& name);
  /// Gives all files their names, in the order in which they came, and removes those of earlier reports:
  /// whose names are `ours`, and which this one does not have. Once, last. False if error() says why not.
  bool commit(const std::function<bool(std::string_view name)>& ours);
  /// Empty, or why the report is not whole, in a phrase: "No space left on device".
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  void fail(const std::string& phrase);
  /// Makes a place for the first file. False: the name is known, or nothing can be added any more.
  bool is_new(const std::string& name);

  const std::filesystem::path folder_;
  std::filesystem::path gathering_;  ///< where files are until commit(); empty: there are none
  std::vector<std::string> names_;
  std::set<std::string, std::less<>> known_;
  bool is_made_ = false;  ///< the folder was not there before
  uint64_t copyable_bytes_ = max_copied_bytes;
  std::string error_;
};

}  // namespace e2e::host
