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
  /// How much of one kind a run keeps.
  struct Bound {
    uint64_t bytes = 0;
    const char* reached = "";  ///< what is said of more, as a phrase
  };
  static constexpr Bound of_attachments{1u << 30, "the run's attachments have 1 GiB already"};
  static constexpr Bound of_bodies{256u << 20, "the run's bodies have 256 MiB already"};

  /// `folder`: the run's; empty: nothing is kept.
  explicit AttachmentStore(std::string folder, Bound bound = of_attachments)
      : folder_(std::move(folder)), bound_(bound) {}

  [[nodiscard]] bool keeps_files() const noexcept { return !folder_.empty(); }

  /// Writes the content, and says in the record where: name and type are made harmless, all else but `at_ns`
  /// is filled in. Empty, or why it is not kept, as a phrase.
  std::string keep(AttachmentRecord& record, std::string_view content);

 private:
  std::string write(const std::string& path, std::string_view content);

  const std::string folder_;
  const Bound bound_;
  uint64_t run_bytes_ = 0;
};

}  // namespace e2e::host
