#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "report/run_tally.hpp"

namespace e2e::host {

/// A worker's life.
struct WorkerRecord {
  uint32_t worker = 0, slot = 0;
  int64_t pid = 0;
  int64_t start_ns = 0;
  std::optional<int64_t> end_ns;  ///< none: it was there when the run ended
  WorkerExited exit;              ///< where it has one
};

/// A service that the run started, or found running.
struct ServiceRecord {
  ServiceStarted start;
  std::optional<ServiceExited> exit;  ///< none: it was left running, or there when the run ended
};

/// All that reports which are written at a run's end are made of, in canonical order. One thread.
class RunRecord {
 public:
  /// Throws std::out_of_range for a test that RunStarted did not list.
  void on_event(const Event& event);

  [[nodiscard]] const RunTally& tally() const noexcept { return tally_; }
  [[nodiscard]] const RunStarted& run() const noexcept { return tally_.run(); }
  /// Whether the run came to its end.
  [[nodiscard]] bool is_complete() const noexcept { return finish_ && !finish_->is_cut_off; }
  /// None: the host died, and this is not a replay.
  [[nodiscard]] const std::optional<RunFinished>& finish() const noexcept { return finish_; }
  /// Those of a test that have finished, in order.
  [[nodiscard]] const std::vector<AttemptFinished>& attempts(uint32_t test) const {
    return attempts_.at(test);
  }
  /// Of a test that has none, not_run: the run ended before it.
  [[nodiscard]] Outcome outcome(uint32_t test) const {
    return tally_.test(test).outcome.value_or(Outcome::not_run);
  }
  /// Why it was skipped or not run; empty if nobody said.
  [[nodiscard]] std::string reason(uint32_t test) const;
  /// Of all attempts.
  [[nodiscard]] int64_t duration_ns(uint32_t test) const;
  /// In the order they started.
  [[nodiscard]] const std::vector<WorkerRecord>& workers() const noexcept { return workers_; }
  /// In the order they came up.
  [[nodiscard]] const std::vector<ServiceRecord>& started_services() const noexcept { return services_; }
  /// The time of the last event.
  [[nodiscard]] int64_t end_ns() const noexcept { return end_ns_; }

 private:
  RunTally tally_;
  std::vector<std::vector<AttemptFinished>> attempts_;
  std::vector<WorkerRecord> workers_;
  std::vector<ServiceRecord> services_;
  std::optional<RunFinished> finish_;
  int64_t end_ns_ = 0;
};

}  // namespace e2e::host
