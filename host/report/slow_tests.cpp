#include "report/slow_tests.hpp"

#include <algorithm>
#include <limits>

namespace e2e::host {

int64_t SlowTests::slow_from_ns(uint32_t test) const {
  if (slow_after_ns_ == 0) return std::numeric_limits<int64_t>::max();
  return std::max(slow_after_ns_, 2 * earlier_.earlier_ns(test).value_or(0));
}

void SlowTests::on_event(const Event& event) {
  if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    running_.push_back({started->test, started->attempt, event.time_ns, slow_from_ns(started->test)});
  } else if (const auto* finished = std::get_if<AttemptFinished>(&event.fact)) {
    std::erase_if(running_, [&](const Running& running) {
      return running.test == finished->test && running.attempt == finished->attempt;
    });
  }
}

bool SlowTests::is_slow(uint32_t test, int64_t elapsed_ns) const { return elapsed_ns >= slow_from_ns(test); }

std::vector<SlowTests::Slow> SlowTests::take_news(int64_t time_ns) {
  std::vector<Slow> news;
  for (Running& running : running_) {
    const int64_t elapsed_ns = time_ns - running.started_ns;
    if (elapsed_ns < running.told_at_ns) continue;
    news.push_back({running.test, elapsed_ns});
    while (running.told_at_ns <= elapsed_ns) running.told_at_ns *= 2;
  }
  return news;
}

}  // namespace e2e::host
