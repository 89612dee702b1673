#include "report/ctrf_report.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.hpp"
#include "report/attachment_content.hpp"
#include "report/attempt_text.hpp"
#include "report/failure_text.hpp"
#include "report/plain_text.hpp"
#include "report/report_files.hpp"

namespace e2e::host {
namespace {

constexpr size_t kCtrfMessageBytes = 1000;
/// A text of a failure, what a test wrote, and what all may take together before they get short.
constexpr size_t kTraceBytes = 64u << 10;
constexpr size_t kOutputBytes = 64u << 10;
constexpr size_t kPassedOutputBytes = 4u << 10;
constexpr size_t kAllTextBytes = 16u << 20;
constexpr size_t kMostSteps = 200;

std::string_view status_word(Status status) {
  if (status == Status::passed) return "passed";
  if (status == Status::skipped) return "skipped";
  return status == Status::interrupted ? "other" : "failed";
}

std::string_view status_word(Outcome outcome) {
  if (has_passed(outcome)) return "passed";
  if (outcome == Outcome::skipped) return "skipped";
  return outcome == Outcome::not_run ? "other" : "failed";
}

int64_t ms(int64_t ns) { return (std::max<int64_t>(ns, 0) + 500'000) / 1'000'000; }

void put_lines(JsonText& json, std::string_view name, const std::string& text) {
  if (text.empty()) return;
  json.key(name).begin_array();
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    json.value(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  json.end_array();
}

class CtrfWriter {
 public:
  CtrfWriter(const RunRecord& record, const Sink& sink) : record_(record), sink_(sink) {}

  void write() {
    sink_(R"({"reportFormat":"CTRF","specVersion":"0.0.0","generatedBy":"e2e-host",)"
          "\n\"results\":{\"tool\":" +
          tool() + ",\n\"summary\":" + summary() + ",\n\"tests\":[");
    for (uint32_t test = 0; test < record_.run().tests.size(); ++test) put(test_text(test));
    for (const FixtureFailed& fixture : record_.tally().failed_fixtures())
      put(fixture_text(plain_fixture(fixture)));
    const auto& troubles = record_.tally().troubles();
    for (size_t i = 0; i < std::min(troubles.size(), kMostTroubles); ++i) put(trouble_text(troubles[i]));
    sink_("\n],\n\"extra\":" + extra() + "}}\n");
  }

 private:
  void put(const std::string& test) {
    sink_(is_first_ ? "\n" : ",\n");
    is_first_ = false;
    sink_(test);
  }

  std::string tool() const {
    JsonText json;
    json.begin_object().member("name", "e2e-host");
    json.member_unless_empty("version", plain_text(record_.run().host_version));
    return json.end_object().take();
  }

  [[nodiscard]] int64_t unix_ms(int64_t time_ns) const {
    return ms(record_.run().start_unix_ns) + ms(time_ns);
  }

  std::string summary() const {
    const OutcomeCounts& counts = record_.tally().counts();
    const auto others = static_cast<uint32_t>(record_.tally().failed_fixtures().size() +
                                              std::min(record_.tally().troubles().size(), kMostTroubles));
    const int64_t duration_ns = record_.finish() ? record_.finish()->duration_ns : record_.end_ns();
    JsonText json;
    json.begin_object().member("tests", counts.tests + others).member("passed", counts.passed + counts.flaky);
    json.member("failed", counts.failed + others).member("skipped", counts.skipped);
    json.member("pending", uint32_t{0}).member("other", counts.not_run + counts.tests - counts.finished());
    json.member("flaky", counts.flaky);
    json.member("suites", static_cast<uint64_t>(record_.tally().services().size()));
    json.member("start", unix_ms(0)).member("stop", unix_ms(duration_ns));
    return json.end_object().take();
  }

  std::string extra() const {
    const RunStarted& run = record_.run();
    JsonText json;
    json.begin_object().member("runId", plain_text(run.run_id)).member("workers", run.workers);
    json.member("mode", to_string(run.mode)).member("isolation", to_string(run.isolation));
    json.member("isComplete", record_.is_complete());
    if (const auto& finish = record_.finish()) {
      json.member("exitCode", finish->exit_code);
      json.member_unless_empty("stoppedBy", plain_text(bounded(finish->stopped_by, kCtrfMessageBytes)));
    }
    return json.end_object().take();
  }

  std::string test_text(uint32_t index) {
    const TestInfo test = plain_test(record_.run().tests[index]);
    const Outcome outcome = record_.outcome(index);
    std::vector<AttemptFinished> attempts;
    for (const AttemptFinished& attempt : record_.attempts(index)) attempts.push_back(plain_attempt(attempt));
    JsonText json;
    json.begin_object().member("name", test.id.empty() ? std::string("?") : test.id);
    json.member("status", status_word(outcome)).member("duration", ms(record_.duration_ns(index)));
    if (!attempts.empty()) {
      json.member("start", unix_ms(attempts.front().start_ns));
      json.member("stop", unix_ms(attempts.back().start_ns + attempts.back().duration_ns));
    }
    json.key("suite").begin_array().value(test.service).value(test.module).end_array();
    json.member("rawStatus", to_string(outcome)).member("type", "e2e");
    json.member_unless_empty("filePath", test.file);
    if (test.line > 0) json.member("line", test.line);
    if (!test.tags.empty()) {
      json.key("tags").begin_array();
      for (const std::string& tag : test.tags) json.value(tag);
      json.end_array();
    }
    put_end(json, test, index, attempts);
    json.key("extra")
        .begin_object()
        .member("id", test.id)
        .member("attempts", static_cast<uint64_t>(attempts.size()));
    json.member_unless_empty("priority", test.priority);
    return json.end_object().end_object().take();
  }

  /// How it ended: the last attempt in the test's own members, those before it in retryAttempts.
  void put_end(JsonText& json, const TestInfo& test, uint32_t index,
               const std::vector<AttemptFinished>& attempts) {
    const Outcome outcome = record_.outcome(index);
    if (attempts.empty() || !is_bad(attempts.back().status)) {
      json.member_unless_empty("message", bounded(plain_text(record_.reason(index)), kCtrfMessageBytes));
    } else {
      json.member("message", message_of(attempts.back(), kCtrfMessageBytes));
      json.member("trace", short_enough(explanation_of(test, attempts.back()), kTraceBytes));
    }
    if (attempts.empty()) return;
    json.member("retries", static_cast<uint64_t>(attempts.size() - 1))
        .member("flaky", outcome == Outcome::flaky);
    if (attempts.size() > 1) {
      json.key("retryAttempts").begin_array();
      for (size_t i = 0; i + 1 < attempts.size(); ++i) put_earlier(json, test, attempts[i]);
      json.end_array();
    }
    put_outputs(json, attempts.back(), has_passed(outcome) ? kPassedOutputBytes : kOutputBytes);
    put_attachments(json, attempts.back());
    json.member("threadId", std::to_string(attempts.back().slot));
    put_steps(json, attempts.back());
  }

  void put_earlier(JsonText& json, const TestInfo& test, const AttemptFinished& attempt) {
    json.begin_object().member("attempt", attempt.attempt).member("status", status_word(attempt.status));
    json.member("duration", ms(attempt.duration_ns))
        .member("message", message_of(attempt, kCtrfMessageBytes));
    if (is_bad(attempt.status))
      json.member("trace", short_enough(explanation_of(test, attempt), kTraceBytes));
    json.member("start", unix_ms(attempt.start_ns));
    json.member("stop", unix_ms(attempt.start_ns + attempt.duration_ns));
    put_outputs(json, attempt, kOutputBytes);
    put_attachments(json, attempt);
    json.key("extra").begin_object().member("status", to_string(attempt.status)).end_object().end_object();
  }

  void put_outputs(JsonText& json, const AttemptFinished& attempt, size_t limit) {
    put_lines(json, "stdout", short_enough(output_text(attempt.stdout_output), limit));
    put_lines(json, "stderr", short_enough(output_text(attempt.stderr_output), limit));
  }

  static void put_attachments(JsonText& json, const AttemptFinished& attempt) {
    if (attempt.attachments.empty()) return;
    json.key("attachments").begin_array();
    for (const AttachmentRecord& attachment : attempt.attachments) {
      json.begin_object().member("name", attachment.name).member("contentType", attachment.type);
      json.member("path", plain_line(path_in_job(attachment_path(attachment)))).end_object();
    }
    json.end_array();
  }

  static void put_steps(JsonText& json, const AttemptFinished& attempt) {
    if (attempt.steps.empty()) return;
    json.key("steps").begin_array();
    for (size_t i = 0; i < std::min(attempt.steps.size(), kMostSteps); ++i) {
      const StepRecord& step = attempt.steps[i];
      json.begin_object().member("name", step.title);
      // Of steps it is only known that they ended; one that did not is where it went wrong.
      json.member("status", step.duration_ns >= 0 ? "passed" : is_bad(attempt.status) ? "failed" : "other");
      json.end_object();
    }
    json.end_array();
  }

  std::string short_enough(std::string text, size_t limit) {
    text = bounded(std::move(text), text_bytes_ < kAllTextBytes ? limit : 400);
    text_bytes_ += text.size();
    return text;
  }

  static std::string extra_case(std::string_view service, std::string_view name, const std::string& message,
                                const std::string& trace) {
    JsonText json;
    json.begin_object().member("name", std::string(service) + "::" + std::string(name));
    json.member("status", "failed").member("duration", uint32_t{0});
    json.key("suite").begin_array().value(service).end_array();
    json.member("message", message).member_unless_empty("trace", trace);
    return json.end_object().take();
  }

  std::string fixture_text(const FixtureFailed& fixture) {
    return extra_case(fixture.service, fixture.phase, bounded(cause_line(fixture), kCtrfMessageBytes),
                      short_enough(explanation_of(fixture), kTraceBytes));
  }

  std::string trouble_text(const std::string& trouble) {
    const std::string text = plain_text(bounded(trouble, kTraceBytes));
    return extra_case("e2e-host", "infrastructure", bounded(text, kCtrfMessageBytes), "");
  }

  const RunRecord& record_;
  const Sink& sink_;
  bool is_first_ = true;
  size_t text_bytes_ = 0;
};

}  // namespace

void write_ctrf_report(const RunRecord& record, const Sink& sink) { CtrfWriter(record, sink).write(); }

}  // namespace e2e::host
