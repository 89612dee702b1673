#pragma once

#include <cstdint>
#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// What a test writes, as it comes. Not an event: AttemptFinished has all of it.
struct LiveOutput {
  static constexpr uint32_t no_test = 0xFFFFFFFF;
  uint32_t test = no_test;  ///< no_test: what runs between tests wrote it
  uint32_t slot = 0;
  bool is_stderr = false;
  std::string_view bytes;  ///< any bytes, cut anywhere
};

/// Turns a run's events into something for people or tools. Fed live, by replay or by a merge: it can't tell.
/// One thread. What on_event() throws ends the reporter, not the run.
class Reporter {
 public:
  virtual ~Reporter() = default;
  /// Called for each event, in order, after the journal has it.
  virtual void on_event(const Event& event) = 0;
  /// Called some times a second while a run is live, and never by replay: time has passed, as in
  /// Event::time_ns.
  virtual void on_tick(int64_t time_ns) { static_cast<void>(time_ns); }
  /// Called while a run is live that was asked to show output at once (RunPlan::is_live), and never by
  /// replay. All output of an attempt comes before its AttemptFinished.
  virtual void on_output(const LiveOutput& output) { static_cast<void>(output); }
};

}  // namespace e2e::host
