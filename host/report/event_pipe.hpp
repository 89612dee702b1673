#pragma once

#include "base/unique_fd.hpp"
#include "events/event_json.hpp"
#include "events/reporter.hpp"

namespace e2e::host {

/// Writes events as lines (docs/events.md) to a descriptor that this process was started with: for the
/// program that started it, such as one that uses libe2e-host. If nobody reads there any more, that program
/// is gone: this one then sends itself SIGTERM, so that the run ends as if it had been asked to.
class EventPipe final : public Reporter {
 public:
  /// Takes ownership of `fd`. From now on this process ignores SIGPIPE.
  /// Throws Fatal(usage) if `fd` is not open for writing.
  explicit EventPipe(int fd);
  void on_event(const Event& event) override;
  void on_tick(int64_t time_ns) override;

 private:
  void give_up();

  UniqueFd fd_;
  EventWriter writer_;
};

}  // namespace e2e::host
