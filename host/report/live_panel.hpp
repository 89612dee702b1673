#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace e2e::host {

/// Lines at the bottom of a terminal that are drawn again and again in the same place. The cursor stays at
/// the end of the last one while they are there, so they have to be cleared before anything else is written.
class LivePanel {
 public:
  LivePanel();

  /// Bytes that take the lines off the screen; none if there are none. Where the terminal has become narrower
  /// and wrapped them anew, a part of them stays: no line of anyone else's is ever lost.
  std::string clear();

  /// Whether the lines may be drawn now: at most 10 times at once, and 20 times a second of the run's time.
  bool may_draw(int64_t time_ns);
  /// Bytes that draw the lines in place of those that are there; none if they are the same. None of them is
  /// as wide as the terminal, so that it wraps none. After may_draw() has said yes.
  std::string draw(const std::vector<std::string>& lines);

  /// True if may_draw() said no the last time: what is on the screen, if anything, is old.
  [[nodiscard]] bool is_stale() const noexcept { return is_stale_; }

 private:
  [[nodiscard]] std::string to_first_line() const;

  std::vector<std::string> drawn_;
  bool is_stale_ = false;
  int64_t credit_ns_;  ///< each drawing costs some of it; the run's time pays in
  int64_t last_time_ns_ = 0;
};

}  // namespace e2e::host
