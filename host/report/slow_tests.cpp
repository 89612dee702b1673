#include "report/slow_tests.hpp"

#include <algorithm>

namespace e2e::host {
namespace {

constexpr int64_t kSlowNs = 10'000'000'000;

int64_t slow_after_ns(const TimeLeft& earlier, uint32_t test) {
  return std::max(kSlowNs, 2 * earlier.earlier_ns(test).value_or(0));
}

}  // namespace

void SlowTests::on_event(const Event& event) {
  if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    running_.push_back(
        {started->test, started->attempt, event.time_ns, slow_after_ns(earlier_, started->test)});
  } else if (const auto* finished = std::get_if<AttemptFinished>(&event.fact)) {
    std::erase_if(running_, [&](const Running& running) {
      return running.test == finished->test && running.attempt == finished->attempt;
    });
  }
}

bool SlowTests::is_slow(uint32_t test, int64_t elapsed_ns) const {
  return elapsed_ns >= slow_after_ns(earlier_, test);
}

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
