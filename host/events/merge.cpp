#include "events/merge.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/exit_code.hpp"

namespace e2e::host {
namespace {

bool is_interruption(int32_t code) { return code >= 128; }

/// Services and modules by name, a module's tests by line; where that is the same, in the runs' order.
void sort_canonically(std::vector<TestInfo>& tests) {
  std::stable_sort(tests.begin(), tests.end(), [](const TestInfo& a, const TestInfo& b) {
    return std::tie(a.service, a.module, a.line) < std::tie(b.service, b.module, b.line);
  });
}

/// All tests that one of the runs has, as the last of these has it.
std::vector<TestInfo> tests_of(const std::vector<RunStarted>& runs) {
  std::vector<TestInfo> tests;
  std::unordered_map<std::string, size_t> known;
  for (const RunStarted& run : runs)
    for (const TestInfo& test : run.tests) {
      const auto [place, is_new] = known.emplace(test.id, tests.size());
      if (is_new)
        tests.push_back(test);
      else
        tests[place->second] = test;
    }
  sort_canonically(tests);
  return tests;
}

}  // namespace

Merge::Merge(const std::vector<RunStarted>& runs, EventSink sink) : sink_(std::move(sink)), runs_(runs) {
  RunStarted merged = runs.front();
  merged.workers = 0;
  merged.run_id.clear();
  for (const RunStarted& run : runs) {
    merged.run_id += (merged.run_id.empty() ? "" : "+") + run.run_id;
    merged.workers += run.workers;
    merged.fail_on_flaky |= run.fail_on_flaky;
    merged.is_parallel |= run.is_parallel || runs.size() > 1;
    if (run.shuffle_seed != merged.shuffle_seed) merged.shuffle_seed.reset();
  }
  merged.tests = tests_of(runs);
  tests_.resize(merged.tests.size());
  std::unordered_map<std::string, uint32_t> places;
  for (uint32_t i = 0; i < merged.tests.size(); ++i) places.emplace(merged.tests[i].id, i);
  for (const RunStarted& run : runs) {
    std::vector<uint32_t>& indices = indices_.emplace_back();
    for (const TestInfo& test : run.tests) indices.push_back(places.at(test.id));
  }
  emit(0, std::move(merged));
}

void Merge::emit(int64_t time_ns, decltype(Event::fact) fact) {
  sink_(Event{++sequence_, time_ns, std::move(fact)});
}

void Merge::begin(size_t run) {
  if (run > 0) {
    const int64_t after_first_ns = runs_[run].start_unix_ns - runs_[0].start_unix_ns;
    offset_ns_ = std::clamp<int64_t>(after_first_ns, 0, end_ns_);
    first_slot_ += runs_[run - 1].workers;
  }
  first_worker_ = next_worker_;
  for (Test& test : tests_) test.attempts += std::exchange(test.attempts_here, 0);
  run_ = run;
}

void Merge::take(size_t run, Event event) {
  if (std::holds_alternative<RunStarted>(event.fact)) return begin(run);
  event.time_ns += offset_ns_;
  end_ns_ = std::max(end_ns_, event.time_ns);
  if (auto* finished = std::get_if<TestFinished>(&event.fact)) {
    finished->test = indices_[run].at(finished->test);
    return take(*finished, event.time_ns);
  }
  if (const auto* finished = std::get_if<RunFinished>(&event.fact)) return take(*finished);
  std::visit(
      [&](auto& fact) {
        using Fact = std::decay_t<decltype(fact)>;
        if constexpr (requires { fact.worker; }) {
          fact.worker += first_worker_;
          next_worker_ = std::max(next_worker_, fact.worker + 1);
        }
        if constexpr (std::is_same_v<Fact, ServiceStarted> || std::is_same_v<Fact, ServiceExited>) {
          if (fact.slot >= 0) fact.slot += static_cast<int32_t>(first_slot_);
        } else if constexpr (requires { fact.slot; }) {
          fact.slot += first_slot_;
        }
        if constexpr (requires {
                        fact.test;
                        fact.attempt;
                      }) {
          fact.test = indices_[run].at(fact.test);
          Test& test = tests_[fact.test];
          test.attempts_here = std::max(test.attempts_here, fact.attempt);
          fact.attempt += test.attempts;
        }
        if constexpr (std::is_same_v<Fact, AttemptFinished>) fact.start_ns += offset_ns_;
      },
      event.fact);
  emit(event.time_ns, std::move(event.fact));
}

void Merge::take(const TestFinished& finished, int64_t time_ns) {
  Test& test = tests_[finished.test];
  const auto has_run = [](Outcome outcome) { return has_passed(outcome) || outcome == Outcome::failed; };
  test.was_bad |= finished.outcome == Outcome::failed || finished.outcome == Outcome::flaky;
  // Skipped says more than not run; what ran says more than either.
  const auto weight = [&](Outcome outcome) {
    return has_run(outcome) ? 2 : outcome == Outcome::skipped ? 1 : 0;
  };
  if (test.last && weight(finished.outcome) < weight(test.last->outcome)) return;
  test.last = finished;
  test.last_ns = time_ns;
}

void Merge::take(const RunFinished& finished) { endings_.push_back(finished); }

int32_t Merge::exit_code(const RunFinished& all) const {
  const bool is_flaky_bad =
      std::any_of(runs_.begin(), runs_.end(), [](const RunStarted& run) { return run.fail_on_flaky; });
  bool has_trouble = false, has_failed = all.failed > 0 || (is_flaky_bad && all.flaky > 0);
  for (const RunFinished& run : endings_) {
    // What an interrupted run left undone, another one may have done.
    if (is_interruption(run.exit_code) && all.not_run > 0) return run.exit_code;
    has_trouble |= run.exit_code == static_cast<int32_t>(ExitCode::infrastructure);
    // A run that failed without a failed test: by a fixture that closes a scope, or by its time.
    has_failed |= run.exit_code == static_cast<int32_t>(ExitCode::failed) && run.failed == 0;
  }
  if (has_trouble) return static_cast<int32_t>(ExitCode::infrastructure);
  return static_cast<int32_t>(has_failed ? ExitCode::failed : ExitCode::ok);
}

void Merge::finish() {
  RunFinished all;
  all.duration_ns = end_ns_;
  for (const RunFinished& run : endings_) {
    all.work_ns += std::min(run.work_ns, INT64_MAX - all.work_ns);
    all.is_cut_off |= run.is_cut_off;
    if (all.stopped_by.empty()) all.stopped_by = run.stopped_by;
  }
  for (uint32_t index = 0; index < tests_.size(); ++index) {
    const Test& test = tests_[index];
    TestFinished finished = test.last.value_or(TestFinished{index, Outcome::not_run, 0, ""});
    finished.attempts = test.attempts + test.attempts_here;
    if (finished.outcome == Outcome::passed && test.was_bad) finished.outcome = Outcome::flaky;
    count_of(all, finished.outcome)++;
    emit(test.last_ns, std::move(finished));
  }
  if (all.not_run == 0) all.stopped_by.clear();
  all.exit_code = exit_code(all);
  emit(end_ns_, std::move(all));
}

}  // namespace e2e::host
