#include "run/limit_hints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace e2e::host {
namespace {

bool is_said(const AttemptFinished& attempt, std::string_view words) {
  const auto has = [words](const std::string& text) { return text.find(words) != std::string::npos; };
  return has(attempt.reason) || has(attempt.stderr_output.head) || has(attempt.stderr_output.tail) ||
         std::any_of(attempt.failures.begin(), attempt.failures.end(),
                     [&](const Failure& failure) { return has(failure.message) || has(failure.actual); }) ||
         std::any_of(attempt.exchanges.begin(), attempt.exchanges.end(),
                     [&](const ExchangeRecord& exchange) { return has(exchange.error); });
}

}  // namespace

void hint_at_limits(AttemptFinished& attempt, const ResourceLimits& limits, int64_t max_rss_kib) {
  if (attempt.status != Status::failed && attempt.status != Status::error &&
      attempt.status != Status::crashed)
    return;
  if (limits.memory_mib > 0) {
    constexpr std::array words = {"bad_alloc", "Cannot allocate memory", "out of memory"};
    const bool is_full = attempt.status == Status::crashed && max_rss_kib > limits.memory_mib * 1024 / 10 * 9;
    if (is_full || std::any_of(words.begin(), words.end(), [&](auto word) { return is_said(attempt, word); }))
      attempt.notes.push_back(
          fmt::format("a worker may use {} MiB of memory (limits.memory)", limits.memory_mib));
  }
  if (limits.open_files > 0 && is_said(attempt, "Too many open files"))
    attempt.notes.push_back(
        fmt::format("a worker may have {} files open (limits.open_files)", limits.open_files));
  // EAGAIN, of fork() and of threads.
  if (limits.processes > 0 && is_said(attempt, "Resource temporarily unavailable"))
    attempt.notes.push_back(
        fmt::format("a worker may have {} processes and threads (limits.processes)", limits.processes));
}

}  // namespace e2e::host
