#include "report/same_failures.hpp"

#include <fmt/format.h>

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

}  // namespace

std::optional<uint32_t> SameFailures::first_of(const TestInfo& test, const AttemptFinished& attempt) {
  std::string cause = cause_of(test.service, attempt);
  if (cause.empty()) return std::nullopt;
  if (const auto found = firsts_.find(cause); found != firsts_.end())
    return found->second == attempt.test ? std::nullopt : std::optional(found->second);
  if (firsts_.size() < kMostKinds) firsts_.emplace(std::move(cause), attempt.test);
  return std::nullopt;
}

}  // namespace e2e::host
