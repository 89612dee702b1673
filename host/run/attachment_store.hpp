#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// Keeps what tests attach as files in the run's folder: one for each content, whole or not at all. On the
/// event loop's thread.
class AttachmentStore {
 public:
  static constexpr uint64_t max_run_bytes = 1u << 30;

  /// `folder`: the run's; empty: nothing is kept.
  explicit AttachmentStore(std::string folder) : folder_(std::move(folder)) {}

  /// Writes the content, and says in the record where: name and type are made harmless, all else but `at_ns`
  /// is filled in. Empty, or why it is not kept, as a phrase.
  std::string keep(AttachmentRecord& record, std::string_view content);

 private:
  std::string write(const std::string& path, std::string_view content);

  const std::string folder_;
  uint64_t run_bytes_ = 0;
};

}  // namespace e2e::host
