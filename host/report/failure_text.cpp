#include "report/failure_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/attachment_content.hpp"
#include "report/curl_command.hpp"
#include "report/display_width.hpp"
#include "report/exchange_text.hpp"
#include "report/output_excerpt.hpp"
#include "report/plain_text.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"
#include "report/stack_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t kValueLines = 30;
constexpr size_t kMostCommandBytes = 4096;
/// More than any that can be sent by hand.
constexpr size_t kMostCurlBytes = 64 * 1024;

/// The text's lines as append_indented() does, no more than a value deserves.
void append_value(std::string& out, std::string_view text, int indent) {
  std::vector<std::string> lines = safe_lines(text);
  if (lines.size() > kValueLines) {
    const size_t left_out = lines.size() - kValueLines;
    lines.resize(kValueLines);
    lines.push_back(fmt::format("… {} left out …", count_text(left_out, "line")));
  }
  append_indented(out, lines, indent);
}

std::string where_line(std::string_view file, uint32_t line, std::string_view phase) {
  std::string out = one_line(file);
  if (!file.empty() && line != 0) out += fmt::format(":{}", line);
  if (phase.empty() || phase == "body") return out;
  return out + (out.empty() ? "in " : "  in ") + one_line(phase);
}

/// "actual: 500   expected: 201", or empty if one of them needs lines of its own.
std::string values_in_line(const Failure& failure) {
  if ((failure.actual + failure.expected).find('\n') != std::string::npos) return {};
  std::string out;
  if (!failure.actual.empty()) out += "actual: " + one_line(failure.actual);
  if (!failure.expected.empty())
    out += (out.empty() ? "expected: " : "   expected: ") + one_line(failure.expected);
  return out;
}

/// One value under its name; on the same line if it has only one.
void append_named_value(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (value.find('\n') == std::string_view::npos) {
    append_indented(out, {fmt::format("{:<10}{}", fmt::format("{}:", name), one_line(value))}, 4);
    return;
  }
  out += fmt::format("    {}:\n", name);
  append_value(out, value, 6);
}

/// The message without a first line that says which exchange it is about: that one is shown anyway.
std::string_view beyond_exchange(const Failure& failure, const std::vector<ExchangeRecord>& exchanges) {
  const std::string_view message = failure.message;
  const size_t before = failure.exchanges_before;
  if (before == 0 || before > exchanges.size()) return message;
  const ExchangeRecord& exchange = exchanges[before - 1];
  const std::string_view first = message.substr(0, message.find('\n'));
  if (first != fmt::format("{} {} -> {}", exchange.method, exchange.url, exchange.status)) return message;
  return message.substr(std::min(first.size() + 1, message.size()));
}

/// `message`: what is told of the failure's.
void append_failure(std::string& out, const Failure& failure, std::string_view message,
                    const TextLayout& layout) {
  const std::string where = where_line(failure.file, failure.line, failure.phase);
  if (!where.empty()) out += "  " + layout.ink(Tint::cyan, where) + "\n";

  const std::string expression = one_line(failure.expression);
  const std::string values = values_in_line(failure);
  const bool has_values = !failure.actual.empty() || !failure.expected.empty();
  const bool is_one_line = has_values != values.empty() && failure.expression.find('\n') == std::string::npos;
  const std::string_view gap = expression.empty() || values.empty() ? "" : "        ";
  if (is_one_line &&
      2 + display_width(expression) + display_width(gap) + display_width(values) <= layout.width) {
    if (!expression.empty() || has_values)
      out += fmt::format("  {}{}{}\n", layout.ink(Tint::bold, expression), gap, values);
  } else {
    append_value(out, failure.expression, 2);
    append_named_value(out, "actual", failure.actual);
    append_named_value(out, "expected", failure.expected);
  }
  append_value(out, message, 2);
}

/// The titles of the steps that were running when the attempt ended, outermost first.
std::string open_steps(const AttemptFinished& attempt) {
  std::string out;
  for (const StepRecord& step : attempt.steps)
    if (step.duration_ns < 0) out += (out.empty() ? "" : " > ") + one_line(step.title);
  return out;
}

void append_crash(std::string& out, const CrashInfo& crash, const TextLayout& layout) {
  out += "  " + layout.ink(Tint::red, one_line(crash.what)) + "\n";
  if (!crash.phase.empty()) out += "  in " + one_line(crash.phase) + "\n";
  if (!crash.last_step.empty()) out += "  last step: " + one_line(crash.last_step) + "\n";
  if (!crash.last_request.empty()) out += "  last request: " + one_line(crash.last_request) + "\n";
  if (!crash.core.empty()) out += "  core dump: " + one_line(crash.core) + "\n";
}

/// What ended the attempt, where that was no assertion of its own.
void append_ending(std::string& out, const TestInfo& test, const AttemptFinished& attempt,
                   const TextLayout& layout) {
  const bool has_crashed = !attempt.crash.empty();
  if (!attempt.reason.empty() && !(has_crashed && attempt.crash.front().what == attempt.reason))
    append_value(out, attempt.reason, 2);
  if (has_crashed) append_crash(out, attempt.crash.front(), layout);
  const std::string steps = open_steps(attempt);
  if (!steps.empty() && !has_crashed) out += "  in step: " + steps + "\n";
  out += stack_text(attempt.stacks, layout);
  if (attempt.failures.empty() && !test.file.empty())
    out += "  " + layout.ink(Tint::cyan, where_line(test.file, test.line, "")) + "\n";
}

/// The exchange that the reader wants to see: the last one before the failure, and never one that only
/// cleaned up.
const ExchangeRecord* exchange_to_show(const AttemptFinished& attempt) {
  const auto& exchanges = attempt.exchanges;
  if (!attempt.failures.empty()) {
    const size_t before = attempt.failures.front().exchanges_before;
    if (before > 0 && before <= exchanges.size()) return &exchanges[before - 1];
  }
  for (auto exchange = exchanges.rbegin(); exchange != exchanges.rend(); ++exchange)
    if (exchange->phase != "cleanup" && exchange->phase != "after_each" && exchange->phase != "after_all")
      return &*exchange;
  return nullptr;
}

void append_exchange(std::string& out, const ExchangeRecord& exchange, const TextLayout& layout) {
  out += exchange_text(exchange, layout.ink);
  out += "  " + bounded(curl_command(exchange), kMostCurlBytes) + "\n";
  if (is_request_body_cut(exchange))
    out += fmt::format("    (request-body: all {} that were sent{})\n", size_text(exchange.request_body_size),
                       exchange.request_body_file.empty() ? "; the run keeps the first 16.0 KiB" : "");
  const auto add_file = [&](const char* what, const std::string& file, uint64_t bytes) {
    if (!file.empty() && !exchange.folder.empty())
      out +=
          fmt::format("  {}, all {}: {}\n", what, size_text(bytes), one_line(exchange.folder + "/" + file));
  };
  add_file("request body", exchange.request_body_file, exchange.request_body_size);
  add_file("response body", exchange.response_body_file, exchange.response_body_size);
}

std::string heading(std::string_view label, std::string_view what, std::string_view facts,
                    const TextLayout& layout) {
  const std::string shown = one_line(what);
  const int columns = display_width(label) + display_width(shown) + display_width(facts) + 6;
  return fmt::format("{} {}{}{}\n", layout.ink(Tint::red, label), layout.ink(Tint::bold, shown),
                     layout.is_terminal && columns >= layout.width ? "\n  " : "   ",
                     layout.ink(Tint::dim, fmt::format("[{}]", facts)));
}

std::string cause_of(const std::vector<Failure>& failures, const std::vector<ExchangeRecord>& exchanges) {
  for (const Failure& failure : failures) {
    std::string out = first_line(failure.expression);
    std::string message = first_line(beyond_exchange(failure, exchanges));
    if (message.empty() && !failure.actual.empty()) message = "actual: " + first_line(failure.actual);
    if (!out.empty() && !message.empty()) out += "   ";
    out += message;
    if (!out.empty()) return out;
  }
  return {};
}

}  // namespace

std::string_view status_label(Status status) {
  switch (status) {
    case Status::passed:
      return "PASS";
    case Status::failed:
      return "FAIL";
    case Status::error:
      return "ERROR";
    case Status::skipped:
      return "SKIP";
    case Status::crashed:
      return "CRASH";
    case Status::timed_out:
      return "TIMEOUT";
    case Status::interrupted:
      return "STOPPED";
  }
  return "?";
}

int64_t rate_limit_wait_ns(const AttemptFinished& attempt) {
  int64_t total_ns = 0;
  // Each is the word of a worker.
  for (const ExchangeRecord& exchange : attempt.exchanges)
    total_ns +=
        std::clamp<int64_t>(exchange.blocked_ns, 0, std::max<int64_t>(0, attempt.duration_ns - total_ns));
  return total_ns;
}

std::string attempt_facts(const TestInfo& test, uint32_t attempt, uint32_t worker, int64_t duration_ns,
                          int64_t limited_ns) {
  std::string out = fmt::format("{}, worker {}", duration_text(duration_ns), worker);
  if (attempt > test.max_attempts)
    out += fmt::format(", attempt {}", attempt);
  else if (test.max_attempts > 1)
    out += fmt::format(", attempt {}/{}", attempt, test.max_attempts);
  if (limited_ns > 0) out += fmt::format(", waited {} for the rate limit", duration_text(limited_ns));
  return out;
}

std::string cause_line(const AttemptFinished& attempt) {
  if (!attempt.crash.empty()) return one_line(attempt.crash.front().what);
  const std::string reason = first_line(attempt.reason);
  return reason.empty() ? cause_of(attempt.failures, attempt.exchanges) : reason;
}

std::string cause_line(const FixtureFailed& fixture) {
  const std::string cause = cause_of(fixture.failures, {});
  return cause.empty() ? first_line(fixture.reason) : cause;
}

std::string failure_text(const TestInfo& test, const AttemptFinished& attempt, const TextLayout& layout) {
  std::string out = heading(
      status_label(attempt.status), test.id,
      attempt_facts(test, attempt.attempt, attempt.worker, attempt.duration_ns, rate_limit_wait_ns(attempt)),
      layout);
  append_ending(out, test, attempt, layout);
  for (const Failure& failure : attempt.failures) {
    // Of others the exchange is not shown.
    const bool is_shown = failure.exchanges_before == attempt.failures.front().exchanges_before;
    append_failure(out, failure, is_shown ? beyond_exchange(failure, attempt.exchanges) : failure.message,
                   layout);
  }
  if (const ExchangeRecord* exchange = exchange_to_show(attempt)) append_exchange(out, *exchange, layout);
  for (const std::string& note : attempt.notes) append_value(out, "note: " + note, 2);
  for (const AttachmentRecord& attachment : attempt.attachments)
    out += fmt::format("  attachment: {}   {}\n", attachment_label(attachment),
                       one_line(attachment_path(attachment)));
  out += output_excerpt("stdout", attempt.stdout_output);
  out += output_excerpt("stderr", attempt.stderr_output);
  for (const std::string& process : attempt.leaked) out += "  left behind: " + one_line(process) + "\n";
  return out + "  again: e2e-host run " + bounded(shell_word(test.id), kMostCommandBytes) + "\n";
}

std::string failure_text(const FixtureFailed& fixture, const TextLayout& layout) {
  const std::string what = fmt::format("{} {}", fixture.service, fixture.phase);
  std::string out = heading("FAIL", what, fmt::format("slot {}", fixture.slot), layout);
  for (const Failure& failure : fixture.failures) append_failure(out, failure, failure.message, layout);
  append_value(out, fixture.reason, 2);
  out += stack_text(fixture.stacks, layout);
  out += output_excerpt("stdout", fixture.stdout_output);
  out += output_excerpt("stderr", fixture.stderr_output);
  return out + "  again: e2e-host run --service " + bounded(shell_word(fixture.service), kMostCommandBytes) +
         "\n";
}

}  // namespace e2e::host
