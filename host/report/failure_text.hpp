#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "events/event.hpp"
#include "report/ink.hpp"

namespace e2e::host {

/// A report names no more of a run's troubles, nor the HTML page of its failed fixtures.
inline constexpr size_t kMostTroubles = 100;

/// How to lay text out.
struct TextLayout {
  Ink ink;                   ///< no colour unless asked for
  int width = 100;           ///< columns; where two things share a line if they fit
  bool is_terminal = false;  ///< the summary's lines are broken and cut, so that the terminal wraps none
};

/// Whether a status is one that has to be explained: failed, error, crashed, timed_out.
constexpr bool is_bad(Status status) {
  return status == Status::failed || status == Status::error || status == Status::crashed ||
         status == Status::timed_out;
}

/// PASS, FAIL, ERROR, SKIP, CRASH, TIMEOUT or STOPPED.
std::string_view status_label(Status status);

/// So much of the attempt's time its requests waited for a rate limit.
int64_t rate_limit_wait_ns(const AttemptFinished& attempt);

/// `1.2 s, worker 2, attempt 2/3, waited 900 ms for the rate limit`; without the attempt where there can be
/// only one, without the wait where there was none.
std::string attempt_facts(const TestInfo& test, uint32_t attempt, uint32_t worker, int64_t duration_ns,
                          int64_t limited_ns = 0);

/// The first thing that went wrong, in one line that is safe to show. Empty if the attempt says nothing.
std::string cause_line(const AttemptFinished& attempt);
std::string cause_line(const FixtureFailed& fixture);

/// All that is needed to fix a bad attempt, as lines that are safe to show: what, where, the two values, the
/// exchange it happened at, how to repeat that, what was written meanwhile, how to repeat the test. The first
/// line stands at the margin, the rest is indented; ends with a newline. For all reports that hold text.
std::string failure_text(const TestInfo& test, const AttemptFinished& attempt, const TextLayout& layout);

/// The same of a fixture that closes a scope.
std::string failure_text(const FixtureFailed& fixture, const TextLayout& layout);

}  // namespace e2e::host
