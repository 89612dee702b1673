#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// A report's file, which appears under its name only when it is whole: until commit(), what was there stays.
/// Something that is there and no regular file (a pipe, /dev/stdout) is written to as it is, at once.
/// Errors are remembered, not thrown: see error().
class OutputFile {
 public:
  /// Finds out now whether it can be written, and makes its folder. Leaves no file behind if it is never
  /// committed.
  explicit OutputFile(std::filesystem::path path);
  /// Writes to this descriptor, borrowed.
  explicit OutputFile(int fd);
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

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
  void open_regular();

  std::filesystem::path path_;       ///< empty: a borrowed descriptor
  std::filesystem::path temporary_;  ///< the name it has until commit(); empty: none
  UniqueFd owned_;
  int fd_ = -1;
  bool is_special_ = false;
  std::string buffer_;
  std::string error_;
};

}  // namespace e2e::host
