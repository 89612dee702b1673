#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "events/event.hpp"

namespace e2e::host {

/// Keeps the tests that run for hours from filling a screen with lines that say so. One thread.
class SlowTests {
 public:
  /// Whether it is worth a line: of each attempt the first one, and again whenever its time has doubled
  /// since.
  bool is_news(const TestSlow& slow);
  void on_finished(const AttemptFinished& finished) { told_ns_.erase({finished.test, finished.attempt}); }

 private:
  std::map<std::pair<uint32_t, uint32_t>, int64_t> told_ns_;  ///< by test and attempt: how long it had run
};

}  // namespace e2e::host
