#pragma once

#include "base/unique_fd.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {

/// A worker's ends of its capture pipes: what its tests know as stdout and stderr. Keeps ends of its own, so
/// that what a test does to descriptors 1 and 2 lasts for that test only.
class CaptureEnds {
 public:
  CaptureEnds() = default;
  /// Puts the pipes at descriptors 1 and 2.
  CaptureEnds(UniqueFd out, UniqueFd err) noexcept;

  [[nodiscard]] int out() const noexcept { return out_.get(); }
  [[nodiscard]] int err() const noexcept { return err_.get(); }

  /// Ends an attempt's output: flushes the C streams, puts 1 and 2 back, writes `marker` to both pipes. False
  /// if there are no pipes, or they can't be written to any more.
  bool end_attempt(const char (&marker)[16]) noexcept;
  /// What the C library still holds of it is written: nothing more will come.
  void flush() noexcept;

 private:
  void restore() noexcept;
  UniqueFd out_, err_;
};

}  // namespace e2e::host
