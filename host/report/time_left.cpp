#include "report/time_left.hpp"

#include <algorithm>
#include <utility>

namespace e2e::host {
namespace {

constexpr int64_t kFirstGuessNs = 1'000'000'000;

}  // namespace

TimeLeft::TimeLeft(Durations earlier) : earlier_(std::move(earlier)) {}

void TimeLeft::on_event(const Event& event) {
  if (const auto* run = std::get_if<RunStarted>(&event.fact)) {
    workers_ = std::max<uint32_t>(1, run->workers);
    for (const TestInfo& info : run->tests) {
      const auto known = earlier_.find(info.id);
      tests_.push_back({known == earlier_.end() ? 0 : known->second});
      known_left_ns_ += tests_.back().earlier_ns;
      if (tests_.back().earlier_ns == 0) ++unknown_left_;
    }
    earlier_.clear();
  } else if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    tests_.at(started->test).started_ns = event.time_ns;
    running_.push_back(started->test);
  } else if (const auto* attempt = std::get_if<AttemptFinished>(&event.fact)) {
    std::erase(running_, attempt->test);
    done_ns_ += attempt->duration_ns;
    ++attempts_;
  } else if (const auto* finished = std::get_if<TestFinished>(&event.fact)) {
    Test& test = tests_.at(finished->test);
    if (std::exchange(test.is_over, true)) return;
    known_left_ns_ -= test.earlier_ns;
    if (test.earlier_ns == 0) --unknown_left_;
  }
}

std::optional<int64_t> TimeLeft::guess_ns(int64_t time_ns) const {
  if (time_ns < kFirstGuessNs || (known_left_ns_ == 0 && attempts_ == 0)) return std::nullopt;
  const int64_t mean_ns = attempts_ > 0 ? done_ns_ / attempts_ : 0;
  int64_t left_ns = known_left_ns_ + unknown_left_ * mean_ns;
  int64_t done_ns = done_ns_, longest_ns = 0;
  for (const uint32_t index : running_) {
    const Test& test = tests_[index];
    const int64_t expected_ns = test.earlier_ns > 0 ? test.earlier_ns : mean_ns;
    const int64_t elapsed_ns = std::max<int64_t>(0, time_ns - test.started_ns);
    // One that takes longer than expected is over any moment, as far as anyone knows.
    left_ns -= std::min(elapsed_ns, expected_ns);
    longest_ns = std::max(longest_ns, expected_ns - elapsed_ns);
    done_ns += elapsed_ns;
  }
  left_ns = std::max<int64_t>(0, left_ns);
  // The pace: work that was done in a second of the run, however many workers had something to do.
  const double pace = std::clamp(static_cast<double>(done_ns) / static_cast<double>(time_ns), 0.05,
                                 static_cast<double>(workers_));
  return std::max(longest_ns, static_cast<int64_t>(static_cast<double>(left_ns) / pace));
}

}  // namespace e2e::host
