#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "events/event.hpp"
#include "events/event_json.hpp"

namespace e2e::host {

/// A run's events on disk, as NDJSON: one write for each, so that what was said survives whatever kills the
/// host. The file is locked (flock) as long as this lives.
class Journal {
 public:
  /// Creates the file, which must not exist. Throws Fatal(infrastructure) that names it and the way out.
  explicit Journal(const std::filesystem::path& file);

  /// Appends events, in one write. What can't be written is remembered in error(); nothing more is written
  /// then.
  void append(const std::vector<Event>& events);
  /// Empty, or why the journal is not whole.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] int fd() const noexcept { return file_.get(); }

 private:
  std::filesystem::path path_;
  UniqueFd file_;
  EventWriter writer_;
  std::string error_;
};

}  // namespace e2e::host
