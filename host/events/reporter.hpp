#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

/// What a slot is at, at this moment. Not an event: it is told when someone asks.
struct RunningNow {
  static constexpr uint32_t no_test = 0xFFFFFFFF;
  uint32_t slot = 0;
  uint32_t worker = 0;
  int64_t pid = 0;  ///< 0 under isolation none
  std::string service;
  uint32_t test = no_test;  ///< no_test: it opens or closes the service's scope
  uint32_t attempt = 0;
  std::string phase;     ///< body, before_all, ...
  int64_t since_ns = 0;  ///< when the attempt started, or else the phase
  std::string last_step, last_request;
  CapturedOutput stdout_output, stderr_output;  ///< so far
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
  /// Called while a run is live when others are about to write to the terminal, as a shell that has this
  /// process stopped: nothing that is drawn over may be left there.
  virtual void on_pause() {}
  /// Called while a run is live when someone asks what runs now, and never by replay.
  virtual void on_status(const std::vector<RunningNow>& running, int64_t time_ns) {
    static_cast<void>(running), static_cast<void>(time_ns);
  }
};

}  // namespace e2e::host
