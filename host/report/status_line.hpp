#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "report/ink.hpp"
#include "report/run_tally.hpp"

namespace e2e::host {

/// The live line at the bottom of a terminal: a progress bar with counts, and what runs now. It owns the
/// cursor's line, and those that it has drawn above, while it is there, so it has to be cleared before
/// anything else is written.
class StatusLine {
 public:
  /// `width` in columns; the line stays one below it, so that no terminal wraps.
  StatusLine(int width, Ink ink);

  /// The line's text at this moment.
  [[nodiscard]] std::string text(const RunTally& tally) const;

  /// Bytes that take the line off the screen; none if it is not there.
  std::string clear();

  /// Bytes that draw the line in place of the one that is there, and `above` as lines above it; none if the
  /// last second of the run's time saw too many drawings: there may be 10 at once, and 20 a second. None of
  /// the lines above is wider than `width` - 1 columns.
  std::string draw(const RunTally& tally, int64_t time_ns, const std::vector<std::string>& above = {});

  /// True if the last draw() gave none: what is on the screen, if anything, is old.
  [[nodiscard]] bool is_stale() const noexcept { return is_stale_; }

 private:
  int width_;
  Ink ink_;
  bool is_drawn_ = false;
  size_t lines_above_ = 0;  ///< on the screen
  bool is_stale_ = false;
  int64_t credit_ns_;  ///< each drawing costs some of it; the run's time pays in
  int64_t last_time_ns_ = 0;
};

}  // namespace e2e::host
