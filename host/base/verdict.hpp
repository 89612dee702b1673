#pragma once

#include <cstdint>
#include <string_view>

namespace e2e::host {

/// What one execution of a test came to.
enum class Status : uint8_t {
  passed,
  failed,  ///< an assertion did not hold
  error,   ///< an exception nobody expected, or a broken fixture
  skipped,
  crashed,  ///< its process died of it
  timed_out,
  interrupted,  ///< it was running when the run was stopped
};

/// What a test came to after all its attempts.
enum class Outcome : uint8_t {
  passed,
  failed,  ///< its last attempt failed, was an error, crashed or timed out
  flaky,   ///< it passed, but not at its first attempt
  skipped,
  not_run,
};

constexpr std::string_view to_string(Status status) {
  switch (status) {
    case Status::passed:
      return "passed";
    case Status::failed:
      return "failed";
    case Status::error:
      return "error";
    case Status::skipped:
      return "skipped";
    case Status::crashed:
      return "crashed";
    case Status::timed_out:
      return "timed_out";
    case Status::interrupted:
      return "interrupted";
  }
  return "?";
}

constexpr std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      return "passed";
    case Outcome::failed:
      return "failed";
    case Outcome::flaky:
      return "flaky";
    case Outcome::skipped:
      return "skipped";
    case Outcome::not_run:
      return "not_run";
  }
  return "?";
}

/// Passed, or flaky, which counts as passed for those that depend on it.
constexpr bool has_passed(Outcome outcome) { return outcome == Outcome::passed || outcome == Outcome::flaky; }

}  // namespace e2e::host
