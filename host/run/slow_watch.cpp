#include "run/slow_watch.hpp"

#include <algorithm>

namespace e2e::host {

std::optional<int64_t> SlowWatch::take_news(uint32_t slot, uint32_t test, int64_t started_ns,
                                            int64_t now_ns) {
  if (slow_after_ns_ == 0) return std::nullopt;
  if (watched_.size() <= slot) watched_.resize(slot + 1);
  Watched& watched = watched_[slot];
  if (watched.started_ns != started_ns) {
    const int64_t earlier_ns = test < earlier_ns_.size() ? earlier_ns_[test] : 0;
    watched = {started_ns, 0, std::max(slow_after_ns_, 2 * earlier_ns)};
  }
  const int64_t elapsed_ns = now_ns - started_ns - watched.forgiven_ns;
  if (elapsed_ns < watched.told_from_ns) return std::nullopt;
  watched.told_from_ns += ((elapsed_ns - watched.told_from_ns) / slow_after_ns_ + 1) * slow_after_ns_;
  return elapsed_ns;
}

void SlowWatch::forgive(int64_t gap_ns) {
  for (Watched& watched : watched_) watched.forgiven_ns += gap_ns;
}

void tell_slow_tests(SlowWatch& watch, const std::vector<Slot>& slots, EventStream& events, int64_t now_ns) {
  for (const Slot& slot : slots) {
    if (!slot.worker || !slot.record.is_open() || slot.record.attempt() == 0) continue;
    const uint32_t test = slot.record.test();
    if (const auto elapsed_ns = watch.take_news(slot.number, test, slot.record.start_monotonic_ns(), now_ns))
      events.emit(TestSlow{test, slot.record.attempt(), slot.worker->worker(), slot.number, *elapsed_ns});
  }
}

}  // namespace e2e::host
