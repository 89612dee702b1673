#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "events/event_stream.hpp"
#include "run/slot.hpp"

namespace e2e::host {

/// Finds attempts that run for long, as TestSlow says. One thread.
class SlowWatch {
 public:
  /// `slow_after_ms`: 0: none ever does. `earlier_ns`: what each test took when it passed last; 0, or not
  /// there: that is not known. It outlives this.
  SlowWatch(int64_t slow_after_ms, const std::vector<int64_t>& earlier_ns)
      : slow_after_ns_(slow_after_ms * 1'000'000), earlier_ns_(earlier_ns) {}

  /// How long the attempt has run that the slot is at, if that is to be told of now. Times are monotonic; no
  /// two attempts of a slot start at the same.
  std::optional<int64_t> take_news(uint32_t slot, uint32_t test, int64_t started_ns, int64_t now_ns);
  /// Time in which nothing ran makes nothing slow.
  void forgive(int64_t gap_ns);

 private:
  /// What a slot was at when it was looked at last.
  struct Watched {
    int64_t started_ns = 0;
    int64_t forgiven_ns = 0;   ///< since then
    int64_t told_from_ns = 0;  ///< it is told of next when it has run for that long
  };

  const int64_t slow_after_ns_;
  const std::vector<int64_t>& earlier_ns_;
  std::vector<Watched> watched_;  ///< by slot
};

/// Emits a TestSlow for each slot whose attempt is to be told of.
void tell_slow_tests(SlowWatch& watch, const std::vector<Slot>& slots, EventStream& events, int64_t now_ns);

}  // namespace e2e::host
