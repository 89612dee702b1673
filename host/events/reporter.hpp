#pragma once

#include "events/event.hpp"

namespace e2e::host {

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
};

}  // namespace e2e::host
