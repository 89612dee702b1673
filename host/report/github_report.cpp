#include "report/github_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "report/attempt_text.hpp"
#include "report/failure_text.hpp"
#include "report/plain_text.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t kMostAnnotations = 10;
constexpr size_t kSummaryBytes = 900u << 10;
constexpr size_t kCellBytes = 300;
constexpr size_t kDetailBytes = 8u << 10;
constexpr size_t kMostRows = 500;
constexpr size_t kMostDetails = 50;
constexpr size_t kSlowest = 5;

/// One line of Markdown that shows the text and means nothing:
/// https://spec.commonmark.org/0.31.2/#backslash-escapes
std::string markdown(const std::string& text) {
  std::string out;
  for (const char c : one_line(bounded(plain_text(text), kCellBytes))) {
    if (std::ispunct(static_cast<unsigned char>(c)) != 0) out += '\\';
    out += c;
  }
  return out;
}

/// The text as it is, behind a fence that it does not have in it.
std::string fenced(const std::string& text) {
  size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "text\n" + text + (text.ends_with('\n') ? "" : "\n") + fence + "\n";
}

std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool is_special = c == '%' || c == '\r' || c == '\n' || (is_property && (c == ':' || c == ','));
    if (is_special)
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out;
}

std::string annotation(std::string_view kind, const std::string& file, uint32_t line,
                       const std::string& title, const std::string& message) {
  std::string out = fmt::format("::{} ", kind);
  if (!file.empty()) out += fmt::format("file={},line={},", escaped(file, true), std::max(line, 1u));
  return out + fmt::format("title={}::{}\n", escaped(title, true), escaped(message, false));
}

/// That of the last attempt that went wrong, plain; null: none did.
const AttemptFinished* last_bad(const RunRecord& record, uint32_t test) {
  const auto& attempts = record.attempts(test);
  const auto bad = std::find_if(attempts.rbegin(), attempts.rend(),
                                [](const AttemptFinished& attempt) { return is_bad(attempt.status); });
  return bad == attempts.rend() ? nullptr : &*bad;
}

std::string cause_of(const RunRecord& record, uint32_t test) {
  const AttemptFinished* bad = last_bad(record, test);
  return bad ? message_of(*bad, kCellBytes) : record.reason(test);
}

std::vector<uint32_t> tests_with(const RunRecord& record, Outcome outcome) {
  std::vector<uint32_t> found;
  for (uint32_t test = 0; test < record.run().tests.size(); ++test)
    if (record.outcome(test) == outcome) found.push_back(test);
  return found;
}

std::string test_annotation(const RunRecord& record, uint32_t index, std::string_view kind) {
  const TestInfo test = plain_test(record.run().tests[index]);
  std::string file = test.file;
  uint32_t line = test.line;
  if (const AttemptFinished* bad = last_bad(record, index); bad && !bad->failures.empty()) {
    const Failure& failure = bad->failures.front();
    if (!failure.file.empty()) {
      file = one_line(plain_text(bounded(failure.file, kCellBytes)));
      line = failure.line;
    }
  }
  const std::string_view word = kind == "warning" ? "flaky" : "failed";
  return annotation(kind, one_line(file), line, fmt::format("{} {}", one_line(test.id), word),
                    one_line(plain_text(bounded(cause_of(record, index), kCellBytes))));
}

class SummaryWriter {
 public:
  SummaryWriter(const RunRecord& record, const Sink& sink) : record_(record), sink_(sink) {}

  void write() {
    put(headline());
    table("Failed", Outcome::failed);
    details();
    fixtures();
    list("Trouble", record_.tally().troubles());
    table("Flaky", Outcome::flaky);
    table("Not run", Outcome::not_run);
    table("Skipped", Outcome::skipped);
    slowest();
  }

 private:
  /// False if there is no room for it.
  bool put(const std::string& text) {
    if (bytes_ + text.size() > kSummaryBytes) return false;
    bytes_ += text.size();
    sink_(text);
    return true;
  }

  std::string headline() const {
    const OutcomeCounts& counts = record_.tally().counts();
    const auto& finish = record_.finish();
    const bool is_good = finish && finish->exit_code == 0;
    std::string text = fmt::format("## {} e2e-host: ", is_good ? "✅" : "❌");
    std::string numbers;
    const auto add = [&](uint32_t count, std::string_view word) {
      if (count > 0) numbers += fmt::format("{}{} {}", numbers.empty() ? "" : ", ", count, word);
    };
    add(counts.failed, "failed");
    add(counts.flaky, "flaky");
    add(counts.passed, "passed");
    add(counts.skipped, "skipped");
    add(counts.not_run + counts.tests - counts.finished(), "not run");
    text += (numbers.empty() ? "no tests" : numbers) + "\n\n";
    const int64_t duration_ns = finish ? finish->duration_ns : record_.end_ns();
    text += fmt::format("{}, {}, {}", count_text(counts.tests, "test"),
                        count_text(record_.run().workers, "worker"), duration_text(duration_ns));
    if (finish && !finish->stopped_by.empty()) text += ", stopped by " + markdown(finish->stopped_by);
    if (finish) text += fmt::format(", exit code {}", finish->exit_code);
    return text + "\n\n";
  }

  void table(std::string_view title, Outcome outcome) {
    const std::vector<uint32_t> tests = tests_with(record_, outcome);
    if (tests.empty()) return;
    put(fmt::format("### {}\n\n| test | where | {} |\n|---|---|---|\n", title,
                    outcome == Outcome::failed || outcome == Outcome::flaky ? "cause" : "reason"));
    for (size_t i = 0; i < std::min(tests.size(), kMostRows); ++i) {
      const TestInfo& test = record_.run().tests[tests[i]];
      const std::string where =
          test.file.empty() ? std::string() : fmt::format("{}:{}", test.file, test.line);
      if (!put(fmt::format("| {} | {} | {} |\n", markdown(test.id), markdown(where),
                           markdown(cause_of(record_, tests[i])))))
        break;
    }
    put(tests.size() > kMostRows ? fmt::format("\nand {} more\n\n", tests.size() - kMostRows) : "\n");
  }

  void details() {
    const std::vector<uint32_t> tests = tests_with(record_, Outcome::failed);
    for (size_t i = 0; i < std::min(tests.size(), kMostDetails); ++i) {
      const AttemptFinished* bad = last_bad(record_, tests[i]);
      if (!bad) continue;
      const TestInfo test = plain_test(record_.run().tests[tests[i]]);
      const std::string text = bounded(explanation_of(test, plain_attempt(*bad)), kDetailBytes);
      if (!put(fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", markdown_in_html(test.id),
                           fenced(text))))
        return;
    }
  }

  /// In an HTML block Markdown is not read: only HTML has to be escaped.
  static std::string markdown_in_html(const std::string& text) {
    std::string out;
    for (const char c : one_line(bounded(text, kCellBytes))) {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80 ||
          c == ' ')
        out += c;
      else
        out += fmt::format("&#{};", static_cast<int>(c));
    }
    return out;
  }

  void fixtures() {
    std::vector<std::string> lines;
    for (const FixtureFailed& fixture : record_.tally().failed_fixtures())
      lines.push_back(fixture.service + " " + fixture.phase + ": " + cause_line(fixture));
    list("Fixtures that failed", lines);
  }

  void list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    put(fmt::format("### {}\n\n", title));
    for (size_t i = 0; i < std::min(lines.size(), kMostRows); ++i) put("- " + markdown(lines[i]) + "\n");
    put("\n");
  }

  void slowest() {
    std::vector<uint32_t> tests;
    for (uint32_t test = 0; test < record_.run().tests.size(); ++test)
      if (!record_.attempts(test).empty()) tests.push_back(test);
    if (tests.empty()) return;
    std::stable_sort(tests.begin(), tests.end(), [this](uint32_t a, uint32_t b) {
      return record_.duration_ns(a) > record_.duration_ns(b);
    });
    put("### Slowest\n\n| test | time |\n|---|---|\n");
    for (size_t i = 0; i < std::min(tests.size(), kSlowest); ++i)
      put(fmt::format("| {} | {} |\n", markdown(record_.run().tests[tests[i]].id),
                      duration_text(record_.duration_ns(tests[i]))));
    put("\n");
  }

  const RunRecord& record_;
  const Sink& sink_;
  size_t bytes_ = 0;
};

}  // namespace

void write_github_summary(const RunRecord& record, const Sink& sink) { SummaryWriter(record, sink).write(); }

std::string github_annotations(const RunRecord& record) {
  std::vector<std::string> lines;
  for (const std::string& trouble : record.tally().troubles())
    lines.push_back(
        annotation("error", "", 0, "e2e-host", one_line(plain_text(bounded(trouble, kCellBytes)))));
  for (const uint32_t test : tests_with(record, Outcome::failed))
    lines.push_back(test_annotation(record, test, "error"));
  for (const FixtureFailed& fixture : record.tally().failed_fixtures())
    lines.push_back(annotation(
        "error", "", 0, one_line(bounded(plain_text(fixture.service + " " + fixture.phase), kCellBytes)),
        one_line(plain_text(bounded(cause_line(fixture), kCellBytes)))));
  for (const uint32_t test : tests_with(record, Outcome::flaky))
    lines.push_back(test_annotation(record, test, "warning"));
  if (lines.size() > kMostAnnotations) {
    const size_t more = lines.size() - (kMostAnnotations - 1);
    lines.resize(kMostAnnotations - 1);
    lines.push_back(annotation("error", "", 0, "e2e-host",
                               fmt::format("{} more: see the step's summary", count_text(more, "problem"))));
  }
  std::string out;
  for (const std::string& line : lines) out += line;
  return out;
}

}  // namespace e2e::host
