#include "events/as_written.hpp"

#include <utility>

#include "base/utf8.hpp"

namespace e2e::host {
namespace {

/// Fixes each text of what it is given. A struct, so that its functions see those behind them.
struct TextFixer {
  template <typename... Items>
  static void all(Items&... items) {
    (one(items), ...);
  }

  static void one(std::string& text) { make_utf8(text); }

  template <typename Item>
  static void one(std::vector<Item>& items) {
    for (Item& item : items) one(item);
  }

  static void one(std::pair<std::string, std::string>& pair) { all(pair.first, pair.second); }

  static void one(TestInfo& test) {
    all(test.id, test.service, test.module, test.name, test.file, test.tags, test.priority, test.depends_on);
  }
  static void one(Failure& failure) {
    all(failure.phase, failure.file, failure.expression, failure.message, failure.expected, failure.actual);
  }
  static void one(ExchangeRecord& exchange) {
    all(exchange.phase, exchange.method, exchange.url, exchange.error, exchange.request_headers,
        exchange.response_headers, exchange.request_body, exchange.response_body, exchange.http_version,
        exchange.request_body_file, exchange.response_body_file, exchange.body_sha256, exchange.curl_words,
        exchange.messages);
  }
  static void one(MessageRecord& message) { all(message.kind, message.body); }
  static void one(StepRecord& step) { all(step.title, step.file); }
  static void one(CapturedOutput& output) { all(output.head, output.tail, output.file); }
  static void one(AttachmentRecord& attachment) {
    all(attachment.name, attachment.type, attachment.sha256, attachment.file);
  }
  static void one(CrashInfo& crash) { all(crash.what, crash.phase, crash.last_step, crash.last_request); }

  static void one(RunStarted& run) { all(run.run_id, run.host_version, run.tests); }
  static void one(WorkerStarted&) {}
  static void one(WorkerExited& exited) { all(exited.ending); }
  static void one(ServiceStarted& started) {
    all(started.service, started.base_url, started.command, started.log);
  }
  static void one(ServiceExited& exited) { all(exited.service, exited.ending, exited.log); }
  static void one(AttemptStarted&) {}
  static void one(TestSlow&) {}
  static void one(AttemptFinished& attempt) {
    all(attempt.reason, attempt.failures, attempt.steps, attempt.exchanges, attempt.notes,
        attempt.attachments, attempt.leaked, attempt.stdout_output, attempt.stderr_output, attempt.crash);
  }
  static void one(TestFinished& finished) { all(finished.reason); }
  static void one(FixtureFailed& fixture) {
    all(fixture.service, fixture.phase, fixture.failures, fixture.reason, fixture.stdout_output,
        fixture.stderr_output);
  }
  static void one(Trouble& trouble) { all(trouble.text); }
  static void one(LogWritten& log) { all(log.text); }
  static void one(RunFinished& run) { all(run.stopped_by); }
};

}  // namespace

Event as_written(Event event) {
  std::visit([](auto& fact) { TextFixer::one(fact); }, event.fact);
  return event;
}

}  // namespace e2e::host
