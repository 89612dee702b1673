#include "run/outcome_book.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"

namespace e2e::host {

OutcomeBook::OutcomeBook(size_t tests, bool fail_on_flaky, EventStream& events, Scheduler& scheduler,
                         MetadataLedger& metadata)
    : events_(events),
      scheduler_(scheduler),
      metadata_(metadata),
      fail_on_flaky_(fail_on_flaky),
      attempts_(tests) {}

void OutcomeBook::end_attempt(uint64_t unit, AttemptFinished finished) {
  const uint32_t test = finished.test, attempt = finished.attempt;
  const Status status = finished.status;
  totals_.work_ns += finished.duration_ns;
  attempts_[test] = std::max(attempts_[test], attempt);
  metadata_.end_attempt(test, status == Status::passed);
  if (status == Status::skipped) skip_reasons_[test] = finished.reason;
  events_.emit(std::move(finished));
  scheduler_.attempt_finished(unit, test, attempt, status);
  tell_outcomes();
}

void OutcomeBook::tell_outcomes() {
  for (auto& final : scheduler_.take_finals()) {
    ++count_of(totals_, final.outcome);
    if (final.reason.empty() && final.outcome == Outcome::skipped)
      final.reason = std::move(skip_reasons_[final.test]);
    events_.emit(TestFinished{final.test, final.outcome, attempts_[final.test], std::move(final.reason)});
  }
}

void OutcomeBook::fail_fixture(FixtureFailed fixture) {
  has_failed_otherwise_ = true;
  events_.emit(std::move(fixture));
}

void OutcomeBook::trouble(const std::string& text) {
  has_trouble_ = true;
  events_.emit(Trouble{text});
}

void OutcomeBook::stopped(const std::string& why, bool is_failure) {
  if (totals_.stopped_by.empty()) totals_.stopped_by = why;
  has_failed_otherwise_ |= is_failure;
}

ExitCode OutcomeBook::exit_code(int signal) const {
  if (signal != 0) return exit_code_of(signal);
  const bool is_unexplained = totals_.not_run > 0 && totals_.stopped_by.empty();
  if (has_trouble_ || is_unexplained || !events_.journal_error().empty()) return ExitCode::infrastructure;
  const bool is_flaky = fail_on_flaky_ && totals_.flaky > 0;
  return totals_.failed > 0 || is_flaky || has_failed_otherwise_ ? ExitCode::failed : ExitCode::ok;
}

ExitCode OutcomeBook::finish(int signal) {
  scheduler_.finish();
  tell_outcomes();
  totals_.duration_ns = monotonic_ns() - events_.start_ns();
  totals_.exit_code = static_cast<int32_t>(exit_code(signal));
  events_.emit(totals_);
  events_.flush();
  return exit_code(signal);
}

}  // namespace e2e::host
