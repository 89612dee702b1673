#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "events/replay.hpp"

namespace e2e::host {

/// Makes one run of several: shards, whose tests it has together, and reruns, whose attempts of a test are
/// later attempts of it. A test that failed in one run and passed in a later one is flaky; a run in which it
/// was skipped or not run changes nothing for those in which it ran. Workers and slots are numbered on; runs
/// that did not overlap stand one behind the other, without the time between them. One thread.
class Merge {
 public:
  /// Runs in the order they started; at least one. Tells the merged run's run_started.
  Merge(const std::vector<RunStarted>& runs, EventSink sink);

  /// The next event of the run of that index, as Replay tells them. One run after the other.
  void take(size_t run, Event event);
  /// All are taken: tells what each test came to in the end, and the end.
  void finish();

 private:
  struct Test {
    uint32_t attempts = 0;             ///< of the runs before the one at hand
    uint32_t attempts_here = 0;        ///< of the run at hand
    bool was_bad = false;              ///< failed or flaky in one
    std::optional<TestFinished> last;  ///< of the last run that counts
    int64_t last_ns = 0;               ///< when
  };

  void begin(size_t run);
  void take(const TestFinished& finished, int64_t time_ns);
  void take(const RunFinished& finished);
  void emit(int64_t time_ns, decltype(Event::fact) fact);
  [[nodiscard]] int32_t exit_code(const RunFinished& all) const;

  EventSink sink_;
  std::vector<RunStarted> runs_;
  std::vector<std::vector<uint32_t>> indices_;  ///< by run: of its tests, in the merged run
  std::vector<Test> tests_;
  std::vector<RunFinished> endings_;
  size_t run_ = 0;
  int64_t offset_ns_ = 0, end_ns_ = 0;
  uint32_t first_worker_ = 0, next_worker_ = 0, first_slot_ = 0;
  uint64_t sequence_ = 0;
};

}  // namespace e2e::host
