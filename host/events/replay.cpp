#include "events/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/exit_code.hpp"
#include "base/wait_status.hpp"

namespace e2e::host {
namespace {

/// What all attempts together may have taken: whoever adds them up stays within 64 bits.
constexpr int64_t max_work_ns = int64_t{1} << 62;

}  // namespace

void Replay::take_line(std::string_view line) {
  ++line_;
  try {
    take(reader_.read(line));
    was_passed_over_ = false;
  } catch (const BadEvent& bad) {
    if (!run_) throw;
    add_damage(fmt::format("line {}: {}", line_, bad.what()));
    was_passed_over_ = true;
  }
}

void Replay::add_damage(const std::string& what) {
  if (damages_++ == 0) damage_ = what;
}

void Replay::take(JournalEntry entry) {
  if (auto* event = std::get_if<Event>(&entry)) return take_event(std::move(*event));
  if (!run_) throw BadEvent("a journal begins with run_started");
  if (const auto* crashed = std::get_if<RunCrashed>(&entry)) crash_ = *crashed;
  if (const auto* unknown = std::get_if<UnknownEvent>(&entry)) check_sequence(unknown->sequence);
}

/// Events that were lost without leaving a line.
void Replay::check_sequence(uint64_t sequence) {
  if (sequence <= sequence_) throw BadEvent("'seq' does not count up");
  if (sequence != sequence_ + 1 && !was_passed_over_)
    add_damage(fmt::format("line {}: {} events are missing before it", line_, sequence - sequence_ - 1));
  sequence_ = sequence;
}

void Replay::take_event(Event event) {
  auto* const run = std::get_if<RunStarted>(&event.fact);
  if (!run_ && !run) throw BadEvent("a journal begins with run_started");
  if (run_ && run) throw BadEvent("the run has started already");
  if (has_finished_) throw BadEvent("it stands behind the end of the run");
  check_sequence(event.sequence);
  if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) take(*started, event.time_ns);
  if (const auto* slow = std::get_if<TestSlow>(&event.fact)) take(*slow);
  if (auto* finished = std::get_if<AttemptFinished>(&event.fact)) take(*finished);
  if (const auto* finished = std::get_if<TestFinished>(&event.fact)) take(*finished);
  if (run) start(*run);
  time_ns_ = std::max(time_ns_, event.time_ns);
  if (auto* finished = std::get_if<RunFinished>(&event.fact)) {
    --sequence_;
    end(*finished);
    event.sequence = ++sequence_;
  }
  sink_(event);
}

void Replay::start(const RunStarted& run) {
  run_ = run;
  tests_.resize(run.tests.size());
}

void Replay::take(const AttemptStarted& started, int64_t time_ns) {
  Test& test = tests_[started.test];
  if (test.outcome || test.running || started.attempt <= test.last_finished)
    throw BadEvent("an attempt starts that can't");
  test.running = started;
  test.running_since_ns = time_ns;
}

void Replay::take(const TestSlow& slow) const {
  const Test& test = tests_[slow.test];
  if (!test.running || test.running->attempt != slow.attempt)
    throw BadEvent("an attempt is slow that was not running");
}

void Replay::take(AttemptFinished& finished) {
  Test& test = tests_[finished.test];
  const bool is_another = test.running && test.running->attempt != finished.attempt;
  if (test.outcome || is_another || finished.attempt <= test.last_finished)
    throw BadEvent("an attempt finishes that was not running");
  finished.duration_ns = std::min(finished.duration_ns, max_work_ns - work_ns_);
  work_ns_ += finished.duration_ns;
  test.running.reset();
  test.last_finished = finished.attempt;
  test.status = finished.status;
  test.reason = finished.reason;
}

void Replay::take(const TestFinished& finished) {
  Test& test = tests_[finished.test];
  if (test.outcome || test.running) throw BadEvent("a test finishes that can't");
  test.outcome = finished.outcome;
}

/// Tells what is left to tell before the run's last event.
void Replay::end(RunFinished& run) {
  for (uint32_t test = 0; test < tests_.size(); ++test)
    if (tests_[test].running) interrupt(test);
  for (uint32_t test = 0; test < tests_.size(); ++test)
    if (!tests_[test].outcome) emit(outcome_of(test));
  if (damages_ > 0) {
    emit(Trouble{fmt::format("the journal is damaged, {} of its lines {} passed over or missing; {}",
                             damages_, damages_ == 1 ? "was" : "were", damage_)});
    if (run.exit_code < 128) run.exit_code = static_cast<int32_t>(ExitCode::infrastructure);
  }
  if (run.is_cut_off)
    for (const Test& test : tests_) ++count_of(run, *test.outcome);
  has_finished_ = true;
}

void Replay::emit(decltype(Event::fact) fact) {
  was_passed_over_ = false;
  take_event(Event{sequence_ + 1, time_ns_, std::move(fact)});
}

bool Replay::took_host(uint32_t test) const {
  return crash_ && crash_->running.size() == 1 && crash_->running[0].test == test;
}

void Replay::interrupt(uint32_t index) {
  const Test& test = tests_[index];
  AttemptFinished finished;
  finished.test = index;
  finished.attempt = test.running->attempt;
  finished.worker = test.running->worker;
  finished.slot = test.running->slot;
  finished.status = Status::interrupted;
  finished.start_ns = test.running_since_ns;
  finished.duration_ns = std::max<int64_t>(0, time_ns_ - test.running_since_ns);
  finished.reason = why_interrupted_;
  if (took_host(index)) {
    finished.status = Status::crashed;
    finished.reason = "killed by " + signal_name(crash_->signal) + ", and the host with it";
    finished.crash.push_back({"killed by " + signal_name(crash_->signal), "", "", ""});
  }
  emit(std::move(finished));
}

TestFinished Replay::outcome_of(uint32_t index) const {
  const Test& test = tests_[index];
  TestFinished finished{index, Outcome::not_run, test.last_finished, why_not_run_};
  if (test.last_finished == 0) return finished;
  switch (test.status) {
    case Status::passed:
      finished.outcome = test.last_finished > 1 ? Outcome::flaky : Outcome::passed;
      finished.reason.clear();
      break;
    case Status::skipped:
      finished.outcome = Outcome::skipped;
      finished.reason = test.reason;
      break;
    case Status::interrupted:
      finished.reason = test.reason;
      break;
    case Status::failed:
    case Status::error:
    case Status::crashed:
    case Status::timed_out:
      // Where it was to be tried once more, nobody knows what it would have come to.
      if (!took_host(index) && test.last_finished < run_->tests[index].max_attempts) break;
      finished.outcome = Outcome::failed;
      finished.reason.clear();
      break;
  }
  return finished;
}

RunFinished Replay::cut_off() const {
  RunFinished run;
  run.duration_ns = time_ns_;
  run.work_ns = work_ns_;
  run.is_cut_off = true;
  run.exit_code = static_cast<int32_t>(ExitCode::infrastructure);
  if (!is_going_on_) run.stopped_by = "the host's death";
  return run;
}

void Replay::finish(std::string_view piece, bool is_going_on) {
  // A line that is whole but for its newline is one.
  if (!piece.empty() && piece.back() == '}') {
    try {
      take(reader_.read(piece));
    } catch (const BadEvent&) {
      // It ended within a member of an object.
    }
  }
  if (has_finished_) return;
  is_going_on_ = is_going_on;
  why_interrupted_ = is_going_on ? "it was still running" : "the host died while it ran";
  why_not_run_ = is_going_on ? "the run is still going on" : "stopped by the host's death";
  if (crash_)
    why_interrupted_ = fmt::format("the host was killed by {}, by this test or by another that was running",
                                   signal_name(crash_->signal));
  emit(cut_off());
}

}  // namespace e2e::host
