#include "e2e/check.hpp"

#include <cstring>

#include "frame.hpp"

namespace e2e::detail {

namespace {

void finish(const Outcome& outcome, bool is_hard, const char* expression, const char* file, unsigned line) {
  if (Frame* frame = current_frame(); frame && frame->is_own_thread())
    frame->last_seen = Location::here(file, line);
  if (outcome.held) return;
  const std::unique_ptr<Sides> sides(outcome.sides);
  Failure failure;
  failure.where = Location::here(file, line);
  failure.expression = expression;
  failure.expected = sides->expected;
  failure.actual = sides->actual;
  failure.message = sides->difference;
  if (is_hard) report_hard(failure);
  report_soft(failure);
}

}  // namespace

Outcome did_not_hold(std::string actual, std::string expected) {
  return {false, new Sides{std::move(actual), std::move(expected), ""}};
}

Outcome related(Outcome outcome, const char* relation) {
  if (*relation == '\0') return outcome;
  outcome.sides->expected.insert(0, relation);
  // Where they were not to be equal, how they differ explains nothing.
  outcome.sides->difference.clear();
  return outcome;
}

void finish_check(const Outcome& outcome, const char* expression, const char* file, unsigned line) {
  finish(outcome, false, expression, file, line);
}

void finish_require(const Outcome& outcome, const char* expression, const char* file, unsigned line) {
  finish(outcome, true, expression, file, line);
}

void finish_throws(bool has_thrown, bool is_hard, const char* expression, const char* file, unsigned line) {
  const auto outcome = has_thrown ? Outcome{true, nullptr} : did_not_hold("no exception", "an exception");
  finish(outcome, is_hard, expression, file, line);
}

int ordering(const char* lhs, const char* rhs) {
  if (!lhs || !rhs) return (lhs ? 1 : 0) - (rhs ? 1 : 0);
  return std::strcmp(lhs, rhs);
}

}  // namespace e2e::detail
