#include "report/tap_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/json_text.hpp"
#include "report/attempt_text.hpp"
#include "report/failure_text.hpp"
#include "report/plain_text.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t kLineBytes = 1000;
constexpr size_t kTextBytes = 16u << 10;
constexpr size_t kAllTextBytes = 8u << 20;

/// One line in which nothing begins a directive.
std::string described(const std::string& text) {
  std::string out;
  for (const char c : one_line(bounded(plain_text(text), kLineBytes))) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// A YAML value: what JSON quotes, YAML reads.
std::string quoted(std::string_view text) { return JsonText().value(text).take(); }

class TapWriter {
 public:
  TapWriter(const RunRecord& record, const Sink& sink) : record_(record), sink_(sink) {}

  void write() {
    const size_t tests = record_.run().tests.size();
    const auto& fixtures = record_.tally().failed_fixtures();
    const auto& troubles = record_.tally().troubles();
    const size_t shown_troubles = std::min(troubles.size(), kMostTroubles);
    sink_(fmt::format("TAP version 14\n1..{}\n", tests + fixtures.size() + shown_troubles));
    for (uint32_t test = 0; test < tests; ++test) write_test(test);
    for (const FixtureFailed& failed : fixtures) {
      const FixtureFailed fixture = plain_fixture(failed);
      point(false, described(fixture.service + "::" + fixture.phase), "");
      begin_diagnostic();
      member("message", bounded(cause_line(fixture), kLineBytes));
      text_member("explanation", explanation_of(fixture));
      end_diagnostic();
    }
    for (size_t i = 0; i < shown_troubles; ++i)
      point(false, described("infrastructure: " + bounded(troubles[i], kLineBytes)), "");
    if (const auto& finish = record_.finish(); finish && !finish->stopped_by.empty())
      sink_(fmt::format("Bail out! {}\n", described(finish->stopped_by)));
  }

 private:
  void point(bool is_ok, const std::string& what, const std::string& directive) {
    sink_(fmt::format("{}ok {} - {}{}\n", is_ok ? "" : "not ", ++points_, what, directive));
  }
  void begin_diagnostic() { sink_("  ---\n"); }
  void member(std::string_view name, std::string_view text) {
    sink_(fmt::format("  {}: {}\n", name, quoted(text)));
  }
  void number(std::string_view name, uint64_t value) { sink_(fmt::format("  {}: {}\n", name, value)); }
  void text_member(std::string_view name, std::string text) {
    text = bounded(std::move(text), text_bytes_ < kAllTextBytes ? kTextBytes : kLineBytes);
    text_bytes_ += text.size();
    member(name, text);
  }
  void end_diagnostic() { sink_("  ...\n"); }

  void write_test(uint32_t index) {
    const Outcome outcome = record_.outcome(index);
    const std::string id = described(record_.run().tests[index].id);
    if (outcome == Outcome::skipped) return point(true, id, " # SKIP " + described(record_.reason(index)));
    if (outcome == Outcome::not_run)
      return point(true, id, " # SKIP not run: " + described(record_.reason(index)));
    point(outcome != Outcome::failed, id, "");
    const auto& attempts = record_.attempts(index);
    begin_diagnostic();
    member("outcome", to_string(outcome));
    sink_(fmt::format("  duration_ms: {:.3f}\n", static_cast<double>(record_.duration_ns(index)) / 1e6));
    number("attempts", attempts.size());
    if (outcome != Outcome::passed) write_causes(index);
    end_diagnostic();
  }

  void write_causes(uint32_t index) {
    const TestInfo test = plain_test(record_.run().tests[index]);
    const auto& attempts = record_.attempts(index);
    if (!test.file.empty()) member("at", fmt::format("{}:{}", test.file, test.line));
    const auto bad = std::find_if(attempts.rbegin(), attempts.rend(),
                                  [](const AttemptFinished& attempt) { return is_bad(attempt.status); });
    if (bad == attempts.rend())
      return member("message", bounded(plain_text(record_.reason(index)), kLineBytes));
    const AttemptFinished attempt = plain_attempt(*bad);
    member("status", to_string(attempt.status));
    member("message", message_of(attempt, kLineBytes));
    text_member("explanation", explanation_of(test, attempt));
  }

  const RunRecord& record_;
  const Sink& sink_;
  size_t points_ = 0, text_bytes_ = 0;
};

}  // namespace

void write_tap_report(const RunRecord& record, const Sink& sink) { TapWriter(record, sink).write(); }

}  // namespace e2e::host
