#pragma once

#include <cstdint>
#include <vector>

#include "events/event.hpp"
#include "report/time_left.hpp"

namespace e2e::host {

/// Finds tests that run for so long that people should know: for a given time, and twice what they took
/// earlier. One thread.
class SlowTests {
 public:
  /// `earlier` outlives this, and sees each event first. With `slow_after_ns` of 0 no test is slow.
  SlowTests(const TimeLeft& earlier, int64_t slow_after_ns)
      : earlier_(earlier), slow_after_ns_(slow_after_ns) {}

  struct Slow {
    uint32_t test = 0;
    int64_t elapsed_ns = 0;
  };

  void on_event(const Event& event);
  /// Whether an attempt of the test that has run for so long is slow.
  [[nodiscard]] bool is_slow(uint32_t test, int64_t elapsed_ns) const;
  /// Those that have become so: each running attempt once, and again whenever its time has doubled since.
  std::vector<Slow> take_news(int64_t time_ns);

 private:
  [[nodiscard]] int64_t slow_from_ns(uint32_t test) const;

  struct Running {
    uint32_t test = 0, attempt = 0;
    int64_t started_ns = 0;
    int64_t told_at_ns = 0;  ///< when it is told of next, since it started
  };

  const TimeLeft& earlier_;
  const int64_t slow_after_ns_;
  std::vector<Running> running_;
};

}  // namespace e2e::host
