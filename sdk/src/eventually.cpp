#include "e2e/eventually.hpp"

#include <ctime>

#include "e2e/context.hpp"
#include "e2e/error.hpp"
#include "frame.hpp"

namespace e2e::detail {

namespace {

std::int64_t monotonic_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1000000;
}

void pause(std::int64_t ms) {
  const timespec duration{static_cast<time_t>(ms / 1000), static_cast<long>(ms % 1000) * 1000000};
  nanosleep(&duration, nullptr);
}

/// While it lives, failures go to it.
class SetTrap {
 public:
  SetTrap(Frame& frame, FailureTrap& trap) : frame_(frame), outer_(frame.trap) { frame.trap = &trap; }
  SetTrap(const SetTrap&) = delete;
  SetTrap& operator=(const SetTrap&) = delete;
  ~SetTrap() { frame_.trap = outer_; }

 private:
  Frame& frame_;
  FailureTrap* outer_;
};

FailureTrap one_try(Frame& frame, Action& attempt, const bool* is_true, Location where) {
  FailureTrap trap;
  const SetTrap set(frame, trap);
  Failure failure;
  failure.where = where;
  std::string message;
  try {
    attempt.call();
    if (is_true && !*is_true) {
      failure.message = "it returned false";
      trap.take(failure);
    }
  } catch (const AssertionFailed&) {
  } catch (const RequestError& error) {
    failure.where = error.where();
    message = error.what();
    failure.message = message;
    trap.take(failure);
  }
  return trap;
}

}  // namespace

void run_eventually(Action& attempt, const bool* is_true, std::int64_t deadline_ms, Location where) {
  constexpr std::int64_t first_pause_ms = 20, longest_pause_ms = 500;
  Frame& frame = own_frame("e2e::eventually()");
  const std::int64_t deadline = monotonic_ms() + deadline_ms;
  std::int64_t pause_ms = first_pause_ms;
  for (int tries = 1;; ++tries) {
    const FailureTrap trap = one_try(frame, attempt, is_true, where);
    if (!trap.has_failed) return;
    const std::int64_t left_ms = deadline - monotonic_ms();
    if (left_ms <= 0) {
      const std::string message = "not within " + std::to_string(deadline_ms) + " ms, in " +
                                  std::to_string(tries) + (tries == 1 ? " try" : " tries") +
                                  (trap.message.empty() ? std::string() : "; at last: " + trap.message);
      Failure failure;
      failure.where = trap.where;
      failure.expression = trap.expression;
      failure.message = message;
      failure.expected = trap.expected;
      failure.actual = trap.actual;
      report_hard(failure);
    }
    // The last try is at the deadline, not a pause before it.
    pause(pause_ms < left_ms ? pause_ms : left_ms);
    pause_ms = pause_ms * 2 < longest_pause_ms ? pause_ms * 2 : longest_pause_ms;
  }
}

}  // namespace e2e::detail
