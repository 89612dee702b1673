#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

using Tests = std::vector<uint32_t>;

/// The tests of an assignment, without attempt numbers.
inline std::vector<uint32_t> tests_of(const std::optional<Assignment>& assignment) {
  std::vector<uint32_t> tests;
  if (!assignment) return tests;
  for (const UnitTest& test : assignment->tests) tests.push_back(test.test);
  return tests;
}

/// Asks for work that must be there.
inline Assignment must_get(Scheduler& scheduler, uint32_t slot) {
  const auto assignment = scheduler.next(slot);
  REQUIRE(assignment);
  return *assignment;
}

/// Reports each test of the unit as ended once with `status`, then the end of the unit.
inline void complete(Scheduler& scheduler, const Assignment& assignment, Status status = Status::passed) {
  for (const UnitTest& test : assignment.tests) {
    scheduler.attempt_finished(assignment.unit, test.test, test.first_attempt, status);
  }
  scheduler.unit_finished(assignment.unit);
}

using Verdict = std::pair<Outcome, std::string>;

/// The outcomes decided since the last look, by test.
inline std::map<uint32_t, Verdict> verdicts(Scheduler& scheduler) {
  std::map<uint32_t, Verdict> result;
  for (auto& decided : scheduler.take_finals()) {
    const bool is_new = result.emplace(decided.test, Verdict{decided.outcome, decided.reason}).second;
    REQUIRE(is_new);
  }
  return result;
}

}  // namespace e2e::host
