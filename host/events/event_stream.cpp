#include "events/event_stream.hpp"

#include <exception>
#include <string>
#include <utility>

namespace e2e::host {

void EventStream::flush() {
  while (!pending_.empty()) {
    // A reporter that stops is an event itself: hence the loop.
    const std::vector<Event> events = std::exchange(pending_, {});
    if (journal_) journal_->append(events);
    for (const Event& event : events) show(event);
  }
}

void EventStream::show(const Event& event) {
  for (auto& reporter : reporters_) {
    if (!reporter) continue;
    try {
      reporter->on_event(event);
    } catch (const std::exception& failure) {
      reporter.reset();
      emit(Trouble{std::string("a reporter stopped: ") + failure.what()});
    }
  }
}

}  // namespace e2e::host
