#include "report/same_failures.hpp"

#include <fmt/format.h>

#include <functional>
#include <string_view>

namespace e2e::host {
namespace {

/// Further ones are told in full: by then nobody reads them one by one.
constexpr size_t kMostKinds = 1000;
/// Longer messages are compared so far.
constexpr size_t kComparedBytes = 1024;

bool is_fixture(std::string_view phase) {
  return phase == "once_per_run" || phase == "before_all" || phase == "before_each";
}

/// What failed, in a text that is equal for equal causes; empty: only this test can tell.
std::string cause_of(const std::string& service, const AttemptFinished& attempt) {
  if (!attempt.crash.empty() || !attempt.leaked.empty() || attempt.failures.empty()) return {};
  if (attempt.stdout_output.total_bytes + attempt.stderr_output.total_bytes > 0) return {};
  const Failure& failure = attempt.failures.front();
  const std::string_view message = std::string_view(failure.message).substr(0, kComparedBytes);
  if (is_fixture(failure.phase))
    return fmt::format("{}\n{}\n{}:{}\n{}", service, failure.phase, failure.file, failure.line, message);
  // As the host writes it: "GET http://127.0.0.1:9/users: cannot connect to 127.0.0.1:9: ...". What was asked
  // for differs.
  const size_t at = message.find(": cannot connect to ");
  return at == std::string_view::npos ? std::string() : fmt::format("{}\n{}", service, message.substr(at));
}

size_t hash_of(const AttemptFinished& attempt) {
  std::string text = fmt::format("{}\n{}\n{}\n{}\n", to_string(attempt.status), attempt.reason,
                                 attempt.stdout_output.head, attempt.stderr_output.head);
  for (const CapturedOutput* output : {&attempt.stdout_output, &attempt.stderr_output})
    text += fmt::format("{}\n{}\n", output->total_bytes, output->tail);
  for (const Failure& failure : attempt.failures)
    text += fmt::format("{}:{}\n{}\n{}\n{}\n{}\n", failure.file, failure.line, failure.expression,
                        failure.message, failure.expected, failure.actual);
  for (const CrashInfo& crash : attempt.crash) text += crash.what + '\n' + crash.last_step + '\n';
  for (const ThreadStack& stack : attempt.stacks)
    for (const StackFrame& frame : stack.frames) text += fmt::format("{}:{}\n", frame.function, frame.line);
  return std::hash<std::string>{}(text);
}

}  // namespace

std::optional<uint32_t> SameFailures::earlier_attempt(const TestInfo& test, const AttemptFinished& attempt) {
  const size_t hash = hash_of(attempt);
  const auto found = attempts_.find(attempt.test);
  if (found != attempts_.end() && found->second.hash == hash && attempt.leaked.empty())
    return found->second.attempt;
  if (attempt.attempt < test.max_attempts)
    attempts_.insert_or_assign(attempt.test, Earlier{attempt.attempt, hash});
  return std::nullopt;
}

std::optional<uint32_t> SameFailures::first_of(const TestInfo& test, const AttemptFinished& attempt) {
  std::string cause = cause_of(test.service, attempt);
  if (cause.empty()) return std::nullopt;
  if (const auto found = firsts_.find(cause); found != firsts_.end())
    return found->second == attempt.test ? std::nullopt : std::optional(found->second);
  if (firsts_.size() < kMostKinds) firsts_.emplace(std::move(cause), attempt.test);
  return std::nullopt;
}

}  // namespace e2e::host
