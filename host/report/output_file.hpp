#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "base/whole_file.hpp"

namespace e2e::host {

/// A report's file, which appears under its name only when it is whole: until commit(), what was there stays.
/// Something that is there and no regular file (a pipe, /dev/stdout) is written to as it is, at once.
/// Errors are remembered, not thrown: see error().
class OutputFile {
 public:
  /// Finds out now whether it can be written, and makes its folder. Leaves no file behind if it is never
  /// committed.
  explicit OutputFile(const std::filesystem::path& path);
  /// Writes to this descriptor, borrowed.
  explicit OutputFile(int fd);

  /// Appends; small pieces are gathered.
  void write(std::string_view bytes);
  /// Writes what was gathered.
  void flush();
  /// Makes the file appear in place of what has its name. Once, last. False if error() says why not.
  bool commit();
  /// Empty, or why the file is not whole, in a phrase: "No space left on device".
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  void fail(int number);
  void open_regular(const std::filesystem::path& path);

  std::optional<WholeFile> whole_;  ///< none: it is no regular file, or a borrowed descriptor
  UniqueFd special_;
  int fd_ = -1;
  std::string buffer_;
  std::string error_;
};

}  // namespace e2e::host
