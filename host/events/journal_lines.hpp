#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace e2e::host {

/// The lines of a journal, in order, in bounded memory.
class JournalLines {
 public:
  /// Throws Fatal(usage) that names the file if it can't be read or is no regular file.
  explicit JournalLines(const std::filesystem::path& file);

  /// The next line that has a newline, without it: valid until the next call. False at the end. A line longer
  /// than any event's is cut right behind that length.
  bool next(std::string_view& line);
  /// What is behind the last newline, once next() was false.
  [[nodiscard]] std::string_view piece() const noexcept { return buffer_; }
  /// Whether the host that writes it is alive.
  [[nodiscard]] bool is_going_on() const noexcept;

 private:
  bool fill();

  std::filesystem::path path_;
  UniqueFd file_;
  std::string buffer_;     ///< what was read and not yet handed out
  size_t handed_out_ = 0;  ///< of it, the line that the last call gave, with its newline
  size_t searched_ = 0;    ///< of it, what is known to have no newline
};

}  // namespace e2e::host
