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

template <typename Call>
void EventStream::for_each_reporter(Call call) {
  for (auto& reporter : reporters_) {
    if (!reporter) continue;
    try {
      call(*reporter);
    } catch (const std::exception& failure) {
      reporter.reset();
      emit(Trouble{std::string("a reporter stopped: ") + failure.what()});
    }
  }
}

void EventStream::show(const Event& event) {
  for_each_reporter([&event](Reporter& reporter) { reporter.on_event(event); });
}

void EventStream::tick() {
  const int64_t time_ns = monotonic_ns() - start_ns_;
  for_each_reporter([time_ns](Reporter& reporter) { reporter.on_tick(time_ns); });
}

void EventStream::show_output(const LiveOutput& output) {
  flush();
  for_each_reporter([&output](Reporter& reporter) { reporter.on_output(output); });
}

void EventStream::pause() {
  for_each_reporter([](Reporter& reporter) { reporter.on_pause(); });
}

void EventStream::show_status(const std::vector<RunningNow>& running) {
  flush();
  const int64_t time_ns = monotonic_ns() - start_ns_;
  for_each_reporter([&](Reporter& reporter) { reporter.on_status(running, time_ns); });
}

}  // namespace e2e::host
