#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// What is known of one test so far.
struct TestTally {
  size_t service = 0;              ///< index in RunTally::services()
  std::optional<Outcome> outcome;  ///< none: it has not finished
  std::string reason;              ///< of TestFinished
  /// Of the last attempt that has finished; 0 if none has.
  uint32_t attempt = 0, worker = 0;
  int64_t duration_ns = 0;
  int64_t limited_ns = 0;  ///< of these, waiting for a rate limit
  Status status = Status::passed;
  std::string cause;                    ///< cause_line() of that attempt, if it was a bad one
  std::vector<uint32_t> slow_attempts;  ///< those that TestSlow told of
};

/// How many tests came to what.
struct OutcomeCounts {
  uint32_t tests = 0;  ///< finished or not
  uint32_t passed = 0, failed = 0, flaky = 0, skipped = 0, not_run = 0;
  [[nodiscard]] uint32_t finished() const { return passed + failed + flaky + skipped + not_run; }
  void add(Outcome outcome);
};

/// What is known of one service so far.
struct ServiceTally {
  std::string name;
  OutcomeCounts counts;
  uint32_t failed_fixtures = 0;
  std::optional<int64_t> first_start_ns;  ///< when its first attempt started
  int64_t last_finish_ns = 0;             ///< when the last of its tests to finish did
  [[nodiscard]] bool has_failed() const { return counts.failed > 0 || failed_fixtures > 0; }
  [[nodiscard]] bool has_finished() const { return counts.finished() == counts.tests; }
};

/// An attempt that is running.
struct RunningAttempt {
  uint32_t test = 0;
  uint32_t attempt = 1;
};

/// Adds a run's events up: what live lines and the summary are made of. One thread.
class RunTally {
 public:
  /// Throws std::out_of_range for a test that RunStarted did not list.
  void on_event(const Event& event);

  [[nodiscard]] const RunStarted& run() const noexcept { return run_; }
  [[nodiscard]] const TestInfo& info(uint32_t test) const { return run_.tests.at(test); }
  [[nodiscard]] const TestTally& test(uint32_t test) const { return tests_.at(test); }
  /// In canonical order, as are the tests.
  [[nodiscard]] const std::vector<TestTally>& tests() const noexcept { return tests_; }
  [[nodiscard]] const std::vector<ServiceTally>& services() const noexcept { return services_; }
  [[nodiscard]] const ServiceTally& service_of(uint32_t test) const {
    return services_[tests_.at(test).service];
  }
  [[nodiscard]] const OutcomeCounts& counts() const noexcept { return counts_; }
  /// In the order they started.
  [[nodiscard]] const std::vector<RunningAttempt>& running() const noexcept { return running_; }
  /// Sorted by service, for a run's order of them is chance.
  [[nodiscard]] const std::vector<FixtureFailed>& failed_fixtures() const noexcept {
    return failed_fixtures_;
  }
  [[nodiscard]] const std::vector<std::string>& troubles() const noexcept { return troubles_; }

 private:
  void start(const RunStarted& run);
  void add(const AttemptStarted& started, int64_t time_ns);
  void add(const TestSlow& slow);
  void add(const AttemptFinished& finished);
  void add(const TestFinished& finished, int64_t time_ns);
  void add(const FixtureFailed& failed);
  size_t service_index(const std::string& name);

  RunStarted run_;
  std::vector<TestTally> tests_;
  std::vector<ServiceTally> services_;
  OutcomeCounts counts_;
  std::vector<RunningAttempt> running_;
  std::vector<FixtureFailed> failed_fixtures_;
  std::vector<std::string> troubles_;
};

}  // namespace e2e::host
