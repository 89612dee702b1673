#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/exit_code.hpp"
#include "events/event_stream.hpp"
#include "run/metadata_ledger.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

/// What became of a run's tests: takes finished attempts to the scheduler and the journal, tells each test's
/// outcome once, adds up, and says the exit code in the end. `fail_on_flaky`: a flaky test makes that 1.
class OutcomeBook {
 public:
  /// All outlive this.
  OutcomeBook(size_t tests, bool fail_on_flaky, EventStream& events, Scheduler& scheduler,
              MetadataLedger& metadata);

  /// An attempt of a test of `unit` ended. The scheduler accepts it, or this throws as that does.
  void end_attempt(uint64_t unit, AttemptFinished finished);
  /// Tells what the scheduler has decided since the last time.
  void tell_outcomes();
  /// A fixture that closes a scope failed: no test's fault, but the run is no green one.
  void fail_fixture(FixtureFailed fixture);
  /// Infrastructure trouble: the run is no green one, whatever its tests came to.
  void trouble(const std::string& text);
  /// Why not everything runs; the first reason stays. `is_failure`: the run has failed by it.
  void stopped(const std::string& why, bool is_failure);

  /// Of a test: the number of its last finished attempt.
  [[nodiscard]] uint32_t attempts(uint32_t test) const { return attempts_[test]; }
  /// Tests with the outcome failed.
  [[nodiscard]] uint32_t failed() const noexcept { return totals_.failed; }

  /// Ends the run: all outcomes told, RunFinished emitted. `signal` stopped it, 0: none. Once.
  ExitCode finish(int signal);

 private:
  [[nodiscard]] ExitCode exit_code(int signal) const;

  EventStream& events_;
  Scheduler& scheduler_;
  MetadataLedger& metadata_;
  const bool fail_on_flaky_;
  std::vector<uint32_t> attempts_;
  std::unordered_map<uint32_t, std::string> skip_reasons_;  ///< as the tests gave them
  RunFinished totals_;
  bool has_trouble_ = false, has_failed_otherwise_ = false;
};

}  // namespace e2e::host
