#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "events/event.hpp"
#include "report/durations.hpp"

namespace e2e::host {

/// Guesses how long a run will go on: what is left to do by the tests' earlier durations (for those that have
/// none: the mean of those that have finished), at the pace that the run has had so far, and no less than
/// what runs already needs. One thread.
class TimeLeft {
 public:
  explicit TimeLeft(Durations earlier);

  void on_event(const Event& event);

  /// Nothing in the run's first second, or where nothing is known yet that a guess could be made of.
  [[nodiscard]] std::optional<int64_t> guess_ns(int64_t time_ns) const;

 private:
  struct Test {
    int64_t earlier_ns = 0;  ///< 0: not known
    int64_t started_ns = -1;
    bool is_over = false;
  };

  Durations earlier_;
  std::vector<Test> tests_;
  std::vector<uint32_t> running_;
  uint32_t workers_ = 1;
  int64_t known_left_ns_ = 0;  ///< of tests that are not over
  uint32_t unknown_left_ = 0;  ///< tests that are not over, and of which nothing is known
  int64_t done_ns_ = 0;        ///< all attempts added up
  uint32_t attempts_ = 0;
};

}  // namespace e2e::host
