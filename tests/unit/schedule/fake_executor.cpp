#include "fake_executor.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace e2e::host {
namespace {

void rule(bool holds, const char* text) {
  if (!holds) throw std::runtime_error(text);
}

}  // namespace

FakeExecutor::FakeExecutor(const Plan& plan, uint32_t slots, Statuses statuses, Mischief mischief,
                           Random& random)
    : plan_(plan),
      statuses_(std::move(statuses)),
      mischief_(mischief),
      random_(random),
      scheduler_(plan, slots, mischief.fail_fast),
      slots_(slots),
      attempts_(plan.tests.size()),
      last_status_(plan.tests.size()),
      finals_(plan.tests.size()) {}

std::vector<Scheduler::Final> FakeExecutor::run() {
  for (uint32_t steps = 0; !scheduler_.is_done(); ++steps) {
    rule(steps < 100'000, "the run does not end");
    const bool has_waited = ask_idle_slots();
    std::vector<uint32_t> busy;
    for (uint32_t slot = 0; slot < slots_.size(); ++slot) {
      if (slots_[slot].worker) busy.push_back(slot);
    }
    if (scheduler_.is_done()) break;
    if (busy.empty() && has_waited) continue;
    rule(!busy.empty(), "nothing runs, nothing is handed out, and yet it is not done");
    if (random_.chance(mischief_.stops)) scheduler_.stop();
    step(busy[random_.below(static_cast<uint32_t>(busy.size()))]);
    note_finals();
  }
  for (const Slot& slot : slots_)
    rule(!slot.worker && !slot.scope, "done, but a unit runs or a scope is open");
  const bool was_stopped = scheduler_.is_stopped();
  scheduler_.finish();
  note_finals();
  std::vector<Scheduler::Final> finals;
  for (const auto& decided : finals_) {
    rule(decided.has_value(), "a test has no outcome");
    check_final(*decided, was_stopped);
    finals.push_back(*decided);
  }
  return finals;
}

/// What is told of a test is what its attempts came to.
void FakeExecutor::check_final(const Scheduler::Final& decided, bool was_stopped) const {
  const PlannedTest& test = plan_.tests[decided.test];
  const auto& last = last_status_[decided.test];
  const bool has_reason = !decided.reason.empty();
  switch (decided.outcome) {
    case Outcome::passed:
    case Outcome::flaky:
      rule(last == Status::passed, "a test passed whose last attempt did not");
      return rule((attempts_[decided.test] > 1) == (decided.outcome == Outcome::flaky), "flaky is not flaky");
    case Outcome::failed:
      rule(last != Status::passed, "a test failed whose last attempt passed");
      return rule(has_reason || attempts_[decided.test] == test.max_attempts,
                  "a test failed with tries left");
    case Outcome::skipped:
      return rule(has_reason || last == Status::skipped, "a test is skipped that did not say so");
    case Outcome::not_run:
      rule(last != Status::passed && last != Status::skipped, "what a test came to is lost");
      return rule(was_stopped || given_up_.count(test.service) != 0,
                  "a test did not run though nothing stopped the run");
  }
}

bool FakeExecutor::ask_idle_slots() {
  bool has_not_started = false;
  const auto first = random_.below(static_cast<uint32_t>(slots_.size()));
  for (uint32_t i = 0; i < slots_.size(); ++i) {
    const auto slot = static_cast<uint32_t>((first + i) % slots_.size());
    if (slots_[slot].worker) continue;
    const auto assignment = scheduler_.next(slot);
    if (!assignment) continue;
    take(slot, *assignment);
    // Only where there is no worker yet.
    if (assignment->continues_scope || !random_.chance(mischief_.cannot_start)) continue;
    slots_[slot].worker.reset();
    slots_[slot].scope.reset();
    scheduler_.not_started(assignment->unit);
    has_not_started = true;
  }
  return has_not_started;
}

void FakeExecutor::take(uint32_t slot, const Assignment& assignment) {
  rule(assignment.unit > last_unit_, "a unit's number comes twice");
  last_unit_ = assignment.unit;
  rule(assignment.tests.empty() || !scheduler_.is_stopped(), "a test is handed out after the stop");
  check_scope(slots_[slot], assignment);
  check_tests(assignment);
  slots_[slot].scope = assignment.service;
  slots_[slot].worker = Worker{assignment};
  if (!assignment.tests.empty()) slots_[slot].worker->attempt = assignment.tests[0].first_attempt;
  check_limits();
  check_resources();
}

void FakeExecutor::check_scope(const Slot& slot, const Assignment& assignment) const {
  rule(assignment.continues_scope == slot.scope.has_value(), "continues_scope does not tell the truth");
  rule(!slot.scope || *slot.scope == assignment.service, "another service while a scope is open");
  rule(!assignment.tests.empty() || slot.scope, "a scope is closed that is not open");
  const bool keeps = !assignment.tests.empty() && keeps_scope(plan_.services[assignment.service]);
  rule(assignment.keeps_scope == keeps, "keeps_scope is wrong");
}

void FakeExecutor::check_tests(const Assignment& assignment) const {
  std::set<uint32_t> earlier;
  for (const UnitTest& test : assignment.tests) {
    const PlannedTest& planned = plan_.tests[test.test];
    rule(planned.service == assignment.service, "a unit has a test of another service");
    rule(given_up_.count(planned.service) == 0, "a test is handed out whose service was given up");
    rule(!finals_[test.test], "a test is handed out that has its outcome");
    rule(test.first_attempt == attempts_[test.test] + 1, "a unit starts with the wrong attempt");
    rule(test.first_attempt <= planned.max_attempts, "more attempts than allowed");
    for (const uint32_t dependency : planned.depends_on) {
      const auto& decided = finals_[dependency];
      rule(decided ? has_passed(decided->outcome) : earlier.count(dependency) != 0,
           "a test is handed out before its dependencies passed");
    }
    for (const Slot& slot : slots_) {
      if (!slot.worker) continue;
      for (const UnitTest& other : slot.worker->assignment.tests) {
        rule(other.test != test.test, "a test is in two running units");
      }
    }
    earlier.insert(test.test);
  }
  const bool is_single = plan_.services[assignment.service].mode == Mode::test;
  rule(!is_single || assignment.tests.size() <= 1, "more than one test in a unit of mode test");
}

void FakeExecutor::check_limits() const {
  // Plugins of one service count together.
  std::map<std::string, std::pair<uint32_t, uint32_t>> slots_of;
  uint32_t running = 0;
  for (const Slot& slot : slots_) {
    if (slot.worker) ++running;
    if (!slot.scope) continue;
    auto& [count, service] = slots_of[plan_.services[*slot.scope].name];
    ++count;
    service = *slot.scope;
  }
  for (const auto& [name, found] : slots_of) {
    const auto [count, service] = found;
    const PlannedService& planned = plan_.services[service];
    rule(planned.parallel || count == 1, "a service that is not parallel is served twice");
    rule(planned.max_workers == 0 || count <= planned.max_workers, "a service is served by too many slots");
    if (!planned.exclusive) continue;
    rule(count == 1 && running == 1, "an exclusive service is not alone");
  }
}

void FakeExecutor::check_resources() const {
  std::map<uint32_t, std::pair<uint32_t, uint32_t>>
      units_of;  // by resource: that have the whole, and a share
  for (const Slot& slot : slots_) {
    if (!slot.worker) continue;
    std::map<uint32_t, bool> is_whole;
    for (const UnitTest& test : slot.worker->assignment.tests)
      for (const NeededResource& needed : plan_.tests[test.test].resources)
        is_whole[needed.resource] |= !needed.is_shared;
    for (const auto& [resource, whole] : is_whole)
      ++(whole ? units_of[resource].first : units_of[resource].second);
  }
  for (const auto& [resource, units] : units_of)
    rule(units.first == 0 || units.first + units.second == 1, "a resource is used by two units at once");
}

void FakeExecutor::step(uint32_t slot) {
  Worker& worker = *slots_[slot].worker;
  if (worker.is_dead) return end(slot, true);
  const bool has_test_left = worker.at < worker.assignment.tests.size();
  const bool may_end = !has_test_left || may_end_without_attempt(worker);
  if (may_end && random_.chance(mischief_.loses_worker)) return end(slot, true);
  if (!has_test_left || (may_end && random_.chance(mischief_.ends_unit_early))) return end(slot, false);
  run_attempt(worker);
}

bool FakeExecutor::may_end_without_attempt(const Worker& worker) {
  if (worker.has_attempt || mischief_.is_endless) return true;
  return fruitless_ends_[worker.assignment.tests[0].test] + 1 < Scheduler::max_fruitless_ends;
}

void FakeExecutor::run_attempt(Worker& worker) {
  const uint32_t test = worker.assignment.tests[worker.at].test;
  if (has_failed_dependency_in_unit(worker, test)) {
    rule(scheduler_.will_be_skipped(test), "a test is to run whose dependency in the unit did not pass");
    return report(worker, test, random_.chance(mischief_.loses_worker) ? Status::crashed : Status::skipped);
  }
  rule(!scheduler_.will_be_skipped(test), "a test is in a unit that will be skipped");
  for (const uint32_t dependency : plan_.tests[test].depends_on) {
    rule(finals_[dependency] && has_passed(finals_[dependency]->outcome),
         "a test starts before its dependencies passed");
  }
  if (scheduler_.is_stopped() && random_.chance(50)) {
    worker.is_dead = true;
    return report(worker, test, Status::interrupted);
  }
  report(worker, test, statuses_(test, worker.attempt));
}

bool FakeExecutor::has_failed_dependency_in_unit(const Worker& worker, uint32_t test) const {
  for (std::size_t i = 0; i < worker.at; ++i) {
    const uint32_t earlier = worker.assignment.tests[i].test;
    const auto& wanted = plan_.tests[test].depends_on;
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), earlier) != wanted.end();
    if (is_wanted && worker.passed.count(earlier) == 0) return true;
  }
  return false;
}

void FakeExecutor::report(Worker& worker, uint32_t test, Status status) {
  const uint64_t unit = worker.assignment.unit;
  rule(!finals_[test], "a test runs again after its outcome");
  rule(worker.attempt == attempts_[test] + 1, "an attempt is repeated or left out");
  rule(worker.attempt <= plan_.tests[test].max_attempts, "more attempts than allowed");
  rule(scheduler_.accepts(unit, test, worker.attempt), "an attempt that was asked for is not accepted");
  scheduler_.attempt_finished(unit, test, worker.attempt, status);
  rule(!scheduler_.accepts(unit, test, worker.attempt), "the same attempt is accepted twice");
  attempts_[test] = worker.attempt;
  last_status_[test] = status;
  if (status != Status::crashed) losses_[worker.assignment.service] = 0;
  worker.has_attempt = true;
  fruitless_ends_[worker.assignment.tests[0].test] = 0;

  if (status == Status::passed) worker.passed.insert(test);
  if (status == Status::crashed || status == Status::timed_out) worker.is_dead = true;
  const bool is_final = scheduler_.will_be_skipped(test) || status == Status::passed ||
                        status == Status::skipped || status == Status::interrupted ||
                        worker.attempt == plan_.tests[test].max_attempts;
  if (!is_final && plan_.services[worker.assignment.service].mode == Mode::service) {
    ++worker.attempt;
    return;
  }
  ++worker.at;
  if (worker.at < worker.assignment.tests.size())
    worker.attempt = worker.assignment.tests[worker.at].first_attempt;
}

void FakeExecutor::end(uint32_t slot, bool is_lost) {
  Slot& here = slots_[slot];
  const Worker worker = *here.worker;
  here.worker.reset();
  if (is_lost || !worker.assignment.keeps_scope) here.scope.reset();
  if (!worker.has_attempt && !worker.assignment.tests.empty())
    ++fruitless_ends_[worker.assignment.tests[0].test];
  if (is_lost) {
    scheduler_.worker_lost(worker.assignment.unit);
    lose_worker_of(worker.assignment.service);
  } else {
    scheduler_.unit_finished(worker.assignment.unit);
  }
  if (here.scope && random_.chance(mischief_.loses_worker)) {
    scheduler_.scope_closed(slot);
    here.scope.reset();
  }
}

void FakeExecutor::lose_worker_of(uint32_t service) {
  if (mischief_.gives_up_after == 0 || ++losses_[service] != mischief_.gives_up_after) return;
  given_up_.insert(service);
  scheduler_.give_up(service, "given up");
}

void FakeExecutor::note_finals() {
  for (auto& decided : scheduler_.take_finals()) {
    rule(!finals_[decided.test], "a test has two outcomes");
    if (decided.outcome == Outcome::failed) ++failed_;
    finals_[decided.test] = std::move(decided);
  }
  if (mischief_.fail_fast != 0 && failed_ >= mischief_.fail_fast) {
    rule(scheduler_.is_stopped(), "enough tests failed, but the run goes on");
  }
}

}  // namespace e2e::host
