#include "report/html_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "events/event_json.hpp"
#include "report/attachment_content.hpp"
#include "report/curl_command.hpp"
#include "report/failure_text.hpp"
#include "report/html_page.hpp"
#include "report/plain_text.hpp"
#include "report/report_files.hpp"

namespace e2e::host {
namespace {

/// What the details of all tests may take, and those of one, before they get brief.
constexpr size_t kAllDetailBytes = 18u << 20;
constexpr size_t kTestDetailBytes = 2u << 20;
/// What brief ones may take together; after that there are none.
constexpr size_t kBriefDetailBytes = 5u << 20;
/// Tests whose details the page reads at once.
constexpr uint32_t kChunkTests = 50;
constexpr size_t kCauseBytes = 300;
constexpr size_t kMostStarted = 1000;

enum class Detail : uint8_t { full, brief, none };

/// About how much of the page the attempt takes.
size_t weight(const AttemptFinished& attempt) {
  size_t bytes = 200 + attempt.reason.size() + attempt.stdout_output.head.size() +
                 attempt.stdout_output.tail.size() + attempt.stderr_output.head.size() +
                 attempt.stderr_output.tail.size();
  for (const Failure& failure : attempt.failures)
    bytes += 100 + failure.expression.size() + failure.message.size() + failure.expected.size() +
             failure.actual.size() + failure.file.size();
  for (const StepRecord& step : attempt.steps) bytes += 80 + step.title.size() + step.file.size();
  for (const ExchangeRecord& exchange : attempt.exchanges) {
    // The command to repeat it says the request once more.
    bytes += 400 + 2 * exchange.url.size() + 2 * exchange.request_body.size() + exchange.response_body.size();
    for (const auto& [name, value] : exchange.request_headers) bytes += 2 * (10 + name.size() + value.size());
    for (const MessageRecord& message : exchange.messages) bytes += 80 + message.body.size();
    for (const auto& [name, value] : exchange.response_headers) bytes += 10 + name.size() + value.size();
  }
  for (const std::string& note : attempt.notes) bytes += 10 + note.size();
  for (const AttachmentRecord& attachment : attempt.attachments) bytes += 300 + embedded_bytes(attachment);
  return bytes;
}

/// Without what makes attempts large. What failed stays.
AttemptFinished brief(AttemptFinished attempt) {
  constexpr size_t kMostItems = 20, kTextBytes = 300;
  if (attempt.failures.size() > kMostItems) attempt.failures.resize(kMostItems);
  for (Failure& failure : attempt.failures)
    for (std::string* text : {&failure.expression, &failure.message, &failure.expected, &failure.actual})
      *text = bounded(std::move(*text), kTextBytes);
  if (attempt.steps.size() > kMostItems) attempt.steps.resize(kMostItems);
  if (attempt.exchanges.size() > kMostItems) attempt.exchanges.resize(kMostItems);
  for (ExchangeRecord& exchange : attempt.exchanges) {
    exchange.request_headers.clear();
    exchange.response_headers.clear();
    exchange.request_body.clear();
    exchange.response_body.clear();
    exchange.messages.clear();
    exchange.url = bounded(std::move(exchange.url), kTextBytes);
  }
  if (attempt.attachments.size() > kMostItems) attempt.attachments.resize(kMostItems);
  attempt.notes.clear();
  attempt.stdout_output = attempt.stderr_output = {};
  return attempt;
}

class HtmlWriter {
 public:
  HtmlWriter(const RunRecord& record, const Sink& sink, ReportFiles& files)
      : record_(record), sink_(sink), files_(files) {}

  void write() {
    choose_details();
    sink_(html_page_head);
    put_script("run", summary());
    const auto tests = static_cast<uint32_t>(record_.run().tests.size());
    for (uint32_t first = 0; first < tests; first += kChunkTests)
      put_script(fmt::format("details-{}", first / kChunkTests),
                 details(first, std::min(first + kChunkTests, tests)));
    sink_(html_page_tail);
  }

 private:
  void put_script(const std::string& id, const std::string& json) {
    sink_(fmt::format("<script type=\"application/json\" id=\"{}\">", id));
    sink_(json_for_html(json));
    sink_("</script>\n");
  }

  /// Room goes to tests that did not pass first, else in canonical order: it must not depend on chance.
  void choose_details() {
    const size_t tests = record_.run().tests.size();
    details_.assign(tests, Detail::none);
    size_t full = 0, short_ones = 0;
    for (const bool is_passed : {false, true})
      for (uint32_t test = 0; test < tests; ++test) {
        if ((record_.outcome(test) == Outcome::passed) != is_passed) continue;
        size_t bytes = 0;
        for (const AttemptFinished& attempt : record_.attempts(test)) bytes += weight(attempt);
        if (bytes <= kTestDetailBytes && full + bytes <= kAllDetailBytes) {
          full += bytes;
          details_[test] = Detail::full;
        } else if (short_ones < kBriefDetailBytes) {
          short_ones += std::min<size_t>(bytes, 10'000);
          details_[test] = Detail::brief;
        }
      }
  }

  std::string summary() {
    JsonText json;
    json.begin_object().member("chunk_size", kChunkTests);
    json.member("start_unix_ms", record_.run().start_unix_ns / 1'000'000);
    json.key("run");
    put_run(json);
    json.key("services").begin_array();
    for (const ServiceTally& service : record_.tally().services()) put_service(json, service);
    json.end_array().key("troubles").begin_array();
    const auto& troubles = record_.tally().troubles();
    for (size_t i = 0; i < std::min(troubles.size(), kMostTroubles); ++i)
      json.value(plain_text(bounded(troubles[i], 4096)));
    json.end_array().key("fixtures").begin_array();
    const auto& fixtures = record_.tally().failed_fixtures();
    for (size_t i = 0; i < std::min(fixtures.size(), kMostTroubles); ++i) {
      json.begin_object();
      put_fixture(json, plain_fixture(fixtures[i]));
      json.end_object();
    }
    json.end_array().key("workers").begin_array();
    for (const WorkerRecord& worker : record_.workers()) put_worker(json, worker);
    json.end_array().key("started").begin_array();
    const auto& started = record_.started_services();
    for (size_t i = 0; i < std::min(started.size(), kMostStarted); ++i) put_started(json, started[i], i);
    json.end_array().key("tests").begin_array();
    for (uint32_t test = 0; test < record_.run().tests.size(); ++test) put_row(json, test);
    return json.end_array().end_object().take();
  }

  void put_run(JsonText& json) {
    const RunStarted& run = record_.run();
    json.begin_object().member("run_id", plain_line(run.run_id));
    json.member("host_version", plain_line(run.host_version));
    json.member("workers", run.workers).member("is_parallel", run.is_parallel);
    json.member("mode", to_string(run.mode)).member("isolation", to_string(run.isolation));
    if (run.fail_on_flaky) json.member("fail_on_flaky", true);
    put_environment(json, plain_environment(run.environment));
    json.member("is_complete", record_.is_complete());
    if (const auto& finish = record_.finish()) {
      json.member("duration_ns", finish->duration_ns).member("work_ns", finish->work_ns);
      json.member("exit_code", finish->exit_code);
      json.member_unless_empty("stopped_by", plain_line(finish->stopped_by));
    } else {
      json.member("duration_ns", record_.end_ns());
    }
    json.end_object();
  }

  void put_service(JsonText& json, const ServiceTally& service) {
    const OutcomeCounts& counts = service.counts;
    json.begin_object().member("name", plain_line(service.name)).member("total", counts.tests);
    json.member("passed", counts.passed).member("failed", counts.failed).member("flaky", counts.flaky);
    json.member("skipped", counts.skipped);
    json.member("not_run", counts.not_run + counts.tests - counts.finished());
    if (service.first_start_ns && service.last_finish_ns >= *service.first_start_ns)
      json.member("duration_ns", service.last_finish_ns - *service.first_start_ns);
    json.end_object();
  }

  void put_worker(JsonText& json, const WorkerRecord& worker) {
    json.begin_object().member("worker", worker.worker).member("slot", worker.slot);
    json.member("pid", worker.pid).member("start_ns", worker.start_ns);
    if (worker.end_ns) {
      json.member("end_ns", *worker.end_ns).member("ending", plain_line(worker.exit.ending));
      json.member("user_cpu_us", worker.exit.user_cpu_us);
      json.member("system_cpu_us", worker.exit.system_cpu_us);
      json.member("max_rss_kib", worker.exit.max_rss_kib);
    }
    json.end_object();
  }

  void put_started(JsonText& json, const ServiceRecord& service, size_t number) {
    const ServiceStarted& started = service.start;
    json.begin_object().member("service", plain_line(started.service));
    if (started.slot >= 0) json.member("slot", started.slot);
    json.member("pid", started.pid).member("duration_ns", started.duration_ns);
    json.member("base_url", plain_line(started.base_url));
    json.member_unless_empty("log", plain_line(started.log));
    json.member_unless_empty("log_href", files_.keep_log(started, number));
    if (service.exit) {
      json.member("ending", plain_line(service.exit->ending));
      json.member("is_expected", service.exit->is_expected);
    }
    json.end_object();
  }

  /// What the list, the search and the timeline need of a test.
  void put_row(JsonText& json, uint32_t index) {
    const TestInfo test = plain_test(record_.run().tests[index]);
    json.begin_object();
    put_test(json, test);
    json.member("outcome", to_string(record_.outcome(index)));
    json.member_unless_empty("reason", plain_text(bounded(record_.reason(index), kCauseBytes)));
    json.member_unless_empty("cause", cause(index)).member("duration_ns", record_.duration_ns(index));
    json.member("again", "e2e-host run " + plain_line(shell_word(record_.run().tests[index].id)));
    if (const auto& slow = record_.tally().test(index).slow_attempts; !slow.empty()) {
      json.key("slow_attempts").begin_array();
      for (const uint32_t attempt : slow) json.value(attempt);
      json.end_array();
    }
    json.key("attempts").begin_array();
    for (const AttemptFinished& attempt : record_.attempts(index)) {
      json.begin_array().value(attempt.attempt).value(attempt.worker).value(attempt.slot);
      json.value(attempt.start_ns).value(attempt.duration_ns).value(to_string(attempt.status)).end_array();
    }
    json.end_array().end_object();
  }

  /// Of the last attempt that went wrong.
  std::string cause(uint32_t test) {
    const auto& attempts = record_.attempts(test);
    const auto bad = std::find_if(attempts.rbegin(), attempts.rend(),
                                  [](const AttemptFinished& attempt) { return is_bad(attempt.status); });
    return bad == attempts.rend() ? std::string() : plain_text(bounded(cause_line(*bad), kCauseBytes));
  }

  std::string details(uint32_t first, uint32_t end) {
    JsonText json;
    json.begin_array();
    for (uint32_t test = first; test < end; ++test) {
      json.begin_array();
      for (const AttemptFinished& attempt : record_.attempts(test)) put_detail(json, attempt, details_[test]);
      json.end_array();
    }
    return json.end_array().take();
  }

  void put_detail(JsonText& json, const AttemptFinished& attempt, Detail detail) {
    if (detail == Detail::none) return;
    const bool is_brief = detail == Detail::brief;
    AttemptFinished shown = plain_attempt(is_brief ? brief(attempt) : attempt);
    for (ExchangeRecord& exchange : shown.exchanges)
      for (std::string* file : {&exchange.request_body_file, &exchange.response_body_file})
        *file = files_.keep_body(exchange.folder, *file);
    json.begin_object();
    put_attempt(json, shown);
    if (is_brief) json.member("brief", true);
    put_attached(json, attempt, shown.attachments.size(), is_brief);
    if (!is_brief) {
      json.member_unless_empty(
          "stdout_href", files_.keep_output(attempt.stdout_output, attempt.test, attempt.attempt, false));
      json.member_unless_empty(
          "stderr_href", files_.keep_output(attempt.stderr_output, attempt.test, attempt.attempt, true));
    }
    if (!is_brief && !attempt.exchanges.empty() && attempt.exchanges.size() <= 500) {
      json.key("curl").begin_array();
      for (const ExchangeRecord& exchange : attempt.exchanges) json.value(plain_text(curl_command(exchange)));
      json.end_array();
    }
    json.end_object();
  }

  /// How each of the first attachments is shown, and where its file is.
  void put_attached(JsonText& json, const AttemptFinished& attempt, size_t count, bool is_brief) {
    if (count == 0) return;
    json.key("attached").begin_array();
    for (size_t i = 0; i < count; ++i) {
      const AttachmentRecord& attachment = attempt.attachments[i];
      json.begin_object();
      if (!is_brief) {
        const EmbeddedAttachment content = embedded(attachment);
        json.member_unless_empty("image", content.image_base64);
        json.member_unless_empty("text", plain_text(content.text));
      }
      json.member_unless_empty("href", files_.keep(attachment)).end_object();
    }
    json.end_array();
  }

  const RunRecord& record_;
  const Sink& sink_;
  ReportFiles& files_;
  std::vector<Detail> details_;
};

}  // namespace

std::string json_for_html(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  const auto is_plain = [](char c) { return c != '<' && c != '>' && c != '&' && c != '\xE2'; };
  for (size_t i = 0; i < json.size(); ++i) {
    size_t end = i;
    while (end < json.size() && is_plain(json[end])) ++end;
    out.append(json.substr(i, end - i));
    i = end;
    if (i == json.size()) break;
    const char c = json[i];
    if (c == '<')
      out += "\\u003c";
    else if (c == '>')
      out += "\\u003e";
    else if (c == '&')
      out += "\\u0026";
    else if (json.substr(i, 3) == "\xE2\x80\xA8" || json.substr(i, 3) == "\xE2\x80\xA9") {
      // Line ends to JavaScript's older grammars, and to editors.
      out += json[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else
      out += c;
  }
  return out;
}

void write_html_report(const RunRecord& record, const Sink& sink) {
  ReportFiles none({});
  write_html_report(record, sink, none);
}

void write_html_report(const RunRecord& record, const Sink& sink, ReportFiles& files) {
  HtmlWriter(record, sink, files).write();
}

}  // namespace e2e::host
