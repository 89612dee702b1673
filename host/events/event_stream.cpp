#include "events/event_stream.hpp"

#include <exception>
#include <string>

namespace e2e::host {

void EventStream::emit(Event event) {
  event.sequence = ++sequence_;
  event.time_ns = monotonic_ns() - start_ns_;
  if (journal_) journal_->append(event);
  std::string failed;
  for (auto& reporter : reporters_) {
    if (!reporter) continue;
    try {
      reporter->on_event(event);
    } catch (const std::exception& failure) {
      reporter.reset();
      failed = failure.what();
    }
  }
  if (!failed.empty()) emit(Trouble{"a reporter stopped: " + failed});
}

}  // namespace e2e::host
