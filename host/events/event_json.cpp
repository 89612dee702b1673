#include "events/event_json.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "base/json_text.hpp"

namespace e2e::host {
namespace {

/// What readers take a missing number to be is 0, so that the many zeroes of an attempt need no room.
template <typename T>
void member_unless_zero(JsonText& json, std::string_view name, T number) {
  if (number != 0) json.member(name, number);
}

void member_if_true(JsonText& json, std::string_view name, bool is_true) {
  if (is_true) json.member(name, true);
}

void member_unless_empty(JsonText& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.key(name).begin_array();
  for (const std::string& text : texts) json.value(text);
  json.end_array();
}

void member_unless_empty(JsonText& json, std::string_view name,
                         const std::vector<std::pair<std::string, std::string>>& pairs) {
  if (pairs.empty()) return;
  json.key(name).begin_array();
  for (const auto& [first, second] : pairs) json.begin_array().value(first).value(second).end_array();
  json.end_array();
}

/// A list of objects, each written by put(json, element); left out where it is empty.
template <typename Elements, typename Put>
void objects_unless_empty(JsonText& json, std::string_view name, const Elements& elements, Put put) {
  if (elements.empty()) return;
  json.key(name).begin_array();
  for (const auto& element : elements) {
    json.begin_object();
    put(json, element);
    json.end_object();
  }
  json.end_array();
}

void put_failure(JsonText& json, const Failure& failure) {
  member_if_true(json, "soft", failure.is_soft);
  member_if_true(json, "error", failure.is_error);
  json.member_unless_empty("phase", failure.phase).member_unless_empty("file", failure.file);
  member_unless_zero(json, "line", failure.line);
  json.member_unless_empty("expression", failure.expression).member_unless_empty("message", failure.message);
  json.member_unless_empty("expected", failure.expected).member_unless_empty("actual", failure.actual);
  member_unless_zero(json, "exchanges_before", failure.exchanges_before);
}

void put_step(JsonText& json, const StepRecord& step) {
  json.member("title", step.title).member_unless_empty("file", step.file);
  member_unless_zero(json, "line", step.line);
  member_unless_zero(json, "depth", step.depth);
  json.member("start_ns", step.start_ns);
  if (step.duration_ns >= 0) json.member("duration_ns", step.duration_ns);
}

void put_message(JsonText& json, const MessageRecord& message) {
  member_if_true(json, "sent", message.is_sent);
  json.member("kind", message.kind).member_unless_empty("body", message.body);
  member_unless_zero(json, "size", message.size);
  json.member("at_ns", message.at_ns);
}

void put_exchange(JsonText& json, const ExchangeRecord& exchange) {
  json.member("method", exchange.method)
      .member("url", exchange.url)
      .member_unless_empty("phase", exchange.phase);
  member_unless_zero(json, "status", exchange.status);
  json.member_unless_empty("error", exchange.error);
  member_unless_empty(json, "request_headers", exchange.request_headers);
  json.member_unless_empty("request_body", exchange.request_body);
  member_unless_zero(json, "request_body_size", exchange.request_body_size);
  json.member_unless_empty("request_body_file", exchange.request_body_file);
  member_unless_empty(json, "response_headers", exchange.response_headers);
  json.member_unless_empty("response_body", exchange.response_body);
  member_unless_zero(json, "response_body_size", exchange.response_body_size);
  json.member_unless_empty("response_body_file", exchange.response_body_file);
  json.member("start_ns", exchange.start_ns);
  member_unless_zero(json, "blocked_ns", exchange.blocked_ns);
  member_unless_zero(json, "dns_ns", exchange.dns_ns);
  member_unless_zero(json, "connect_ns", exchange.connect_ns);
  member_unless_zero(json, "tls_ns", exchange.tls_ns);
  member_unless_zero(json, "send_ns", exchange.send_ns);
  member_unless_zero(json, "wait_ns", exchange.wait_ns);
  member_unless_zero(json, "receive_ns", exchange.receive_ns);
  json.member("total_ns", exchange.total_ns);
  member_unless_zero(json, "retry", exchange.retry);
  member_unless_zero(json, "redirect", exchange.redirect);
  json.member_unless_empty("http_version", exchange.http_version);
  json.member_unless_empty("response_body_sha256", exchange.body_sha256);
  member_unless_empty(json, "curl_words", exchange.curl_words);
  objects_unless_empty(json, "messages", exchange.messages, put_message);
}

void put_output(JsonText& json, std::string_view name, const CapturedOutput& output) {
  if (output.total_bytes == 0) return;
  json.key(name).begin_object().member("head", output.head).member_unless_empty("tail", output.tail);
  json.member("total_bytes", output.total_bytes);
  // A reader can't work it out: the texts' bytes are other ones where some were not UTF-8.
  member_unless_zero(json, "omitted_bytes", output.omitted_bytes);
  json.member_unless_empty("file", output.file);
  json.end_object();
}

void put_attachment(JsonText& json, const AttachmentRecord& attachment) {
  json.member("name", attachment.name).member("type", attachment.type).member("bytes", attachment.bytes);
  json.member("sha256", attachment.sha256).member("file", attachment.file);
  json.member("at_ns", attachment.at_ns);
}

void put_crash(JsonText& json, const CrashInfo& info) {
  json.key("crash").begin_object().member("what", info.what).member_unless_empty("phase", info.phase);
  json.member_unless_empty("last_step", info.last_step)
      .member_unless_empty("last_request", info.last_request)
      .member_unless_empty("core", info.core);
  json.end_object();
}

void put_frame(JsonText& json, const StackFrame& frame) {
  json.member("function", frame.function).member_unless_empty("file", frame.file);
  member_unless_zero(json, "line", frame.line);
  json.member_unless_empty("module", frame.module);
  member_unless_zero(json, "offset", frame.offset);
  member_if_true(json, "is_inlined", frame.is_inlined);
}

void put_stack(JsonText& json, const ThreadStack& stack) {
  json.member("tid", stack.tid).member_unless_empty("name", stack.name);
  objects_unless_empty(json, "frames", stack.frames, put_frame);
  json.member_unless_empty("note", stack.note);
}

std::string_view level_name(uint32_t level) {
  constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};
  return kNames[std::min<size_t>(level, std::size(kNames) - 1)];
}

/// Writes the members of each kind of event after "seq" and "t".
class FactWriter {
 public:
  FactWriter(JsonText& json, const std::vector<std::string>& test_ids) : json_(json), test_ids_(test_ids) {}

  void operator()(const RunStarted& run) {
    begin("run_started").member("schema", kEventSchema).member("run_id", run.run_id);
    json_.member("host_version", run.host_version).member("start_unix_ns", run.start_unix_ns);
    json_.member("workers", run.workers).member("is_parallel", run.is_parallel);
    json_.member("mode", to_string(run.mode)).member("isolation", to_string(run.isolation));
    if (run.shuffle_seed) json_.member("shuffle_seed", *run.shuffle_seed);
    member_if_true(json_, "fail_on_flaky", run.fail_on_flaky);
    put_environment(json_, run.environment);
    json_.key("tests").begin_array();
    for (const TestInfo& test : run.tests) {
      json_.begin_object();
      put_test(json_, test);
      json_.end_object();
    }
    json_.end_array();
  }

  void operator()(const WorkerStarted& started) {
    begin("worker_started").member("worker", started.worker).member("slot", started.slot);
    json_.member("pid", started.pid);
  }

  void operator()(const WorkerExited& exited) {
    begin("worker_exited").member("worker", exited.worker).member("slot", exited.slot);
    json_.member("ending", exited.ending).member("user_cpu_us", exited.user_cpu_us);
    json_.member("system_cpu_us", exited.system_cpu_us).member("max_rss_kib", exited.max_rss_kib);
  }

  void operator()(const ServiceStarted& started) {
    service_begin("service_started", started.service, started.slot).member("pid", started.pid);
    member_unless_zero(json_, "port", uint32_t{started.port});
    json_.member("base_url", started.base_url).member_unless_empty("command", started.command);
    json_.member_unless_empty("log", started.log).member("duration_ns", started.duration_ns);
  }

  void operator()(const ServiceExited& exited) {
    service_begin("service_exited", exited.service, exited.slot).member("pid", exited.pid);
    json_.member("ending", exited.ending).member("is_expected", exited.is_expected);
    json_.member("after_ns", exited.after_ns).member_unless_empty("log", exited.log);
  }

  void operator()(const AttemptStarted& started) {
    begin("attempt_started");
    test(started.test).member("attempt", started.attempt).member("worker", started.worker);
    json_.member("slot", started.slot);
  }

  void operator()(const TestSlow& slow) {
    begin("test_slow");
    test(slow.test).member("attempt", slow.attempt).member("worker", slow.worker);
    json_.member("slot", slow.slot).member("elapsed_ns", slow.elapsed_ns);
  }

  void operator()(const AttemptFinished& finished) {
    begin("attempt_finished");
    test(finished.test);
    put_attempt(json_, finished);
  }

  void operator()(const TestFinished& finished) {
    begin("test_finished");
    test(finished.test).member("outcome", to_string(finished.outcome)).member("attempts", finished.attempts);
    json_.member_unless_empty("reason", finished.reason);
  }

  void operator()(const FixtureFailed& failed) {
    begin("fixture_failed");
    put_fixture(json_, failed);
  }

  void operator()(const Trouble& trouble) { begin("trouble").member("text", trouble.text); }

  void operator()(const LogWritten& log) {
    begin("log_written").member("slot", log.slot).member("level", level_name(log.level));
    json_.member("text", log.text);
  }

  void operator()(const RunFinished& run) {
    begin("run_finished").member("duration_ns", run.duration_ns).member("work_ns", run.work_ns);
    json_.member("passed", run.passed).member("failed", run.failed).member("flaky", run.flaky);
    json_.member("skipped", run.skipped).member("not_run", run.not_run).member("exit_code", run.exit_code);
    json_.member_unless_empty("stopped_by", run.stopped_by);
    member_if_true(json_, "is_cut_off", run.is_cut_off);
  }

 private:
  JsonText& begin(std::string_view name) { return json_.member("event", name); }

  JsonText& service_begin(std::string_view event, std::string_view service, int32_t slot) {
    begin(event).member("service", service);
    if (slot >= 0) json_.member("slot", slot);
    return json_;
  }

  JsonText& test(uint32_t index) { return json_.key("test").raw(test_ids_.at(index)); }

  JsonText& json_;
  const std::vector<std::string>& test_ids_;
};

}  // namespace

void put_environment(JsonText& json, const RunEnvironment& environment) {
  const bool is_known = !environment.name.empty() || !environment.system.empty() ||
                        !environment.kernel.empty() || !environment.machine.empty() || environment.cpus > 0 ||
                        environment.memory_kib > 0 || !environment.packs.empty();
  if (!is_known) return;
  json.key("environment").begin_object().member_unless_empty("name", environment.name);
  json.member_unless_empty("system", environment.system);
  json.member_unless_empty("kernel", environment.kernel);
  json.member_unless_empty("machine", environment.machine);
  if (environment.cpus > 0) json.member("cpus", environment.cpus);
  if (environment.memory_kib > 0) json.member("memory_kib", environment.memory_kib);
  if (!environment.packs.empty()) {
    json.key("packs").begin_array();
    for (const RunPack& pack : environment.packs)
      json.begin_object()
          .member("id", pack.id)
          .member("version", pack.version)
          .member("publisher", pack.publisher)
          .member("trust", pack.trust)
          .member("digest", pack.digest)
          .end_object();
    json.end_array();
  }
  json.end_object();
}

void put_test(JsonText& json, const TestInfo& test) {
  json.member("id", test.id).member("service", test.service).member("module", test.module);
  json.member("name", test.name).member_unless_empty("file", test.file);
  member_unless_zero(json, "line", test.line);
  member_unless_empty(json, "tags", test.tags);
  json.member_unless_empty("priority", test.priority);
  member_unless_empty(json, "depends_on", test.depends_on);
  member_unless_zero(json, "timeout_ms", test.timeout_ms);
  json.member("max_attempts", test.max_attempts);
}

void put_attempt(JsonText& json, const AttemptFinished& attempt) {
  json.member("attempt", attempt.attempt).member("worker", attempt.worker);
  json.member("slot", attempt.slot).member("status", to_string(attempt.status));
  json.member("start_ns", attempt.start_ns).member("duration_ns", attempt.duration_ns);
  member_unless_zero(json, "waited_ns", attempt.waited_ns);
  json.member_unless_empty("reason", attempt.reason);
  objects_unless_empty(json, "failures", attempt.failures, put_failure);
  objects_unless_empty(json, "steps", attempt.steps, put_step);
  objects_unless_empty(json, "exchanges", attempt.exchanges, put_exchange);
  member_unless_empty(json, "notes", attempt.notes);
  objects_unless_empty(json, "attachments", attempt.attachments, put_attachment);
  member_unless_empty(json, "leaked", attempt.leaked);
  put_output(json, "stdout", attempt.stdout_output);
  put_output(json, "stderr", attempt.stderr_output);
  if (!attempt.crash.empty()) put_crash(json, attempt.crash.front());
  objects_unless_empty(json, "stacks", attempt.stacks, put_stack);
}

void put_fixture(JsonText& json, const FixtureFailed& fixture) {
  json.member("service", fixture.service).member("phase", fixture.phase);
  json.member("slot", fixture.slot).member_unless_empty("reason", fixture.reason);
  objects_unless_empty(json, "failures", fixture.failures, put_failure);
  put_output(json, "stdout", fixture.stdout_output);
  put_output(json, "stderr", fixture.stderr_output);
  objects_unless_empty(json, "stacks", fixture.stacks, put_stack);
}

std::string EventWriter::line(const Event& event) {
  std::string line;
  append_line(line, event);
  return line;
}

void EventWriter::append_line(std::string& lines, const Event& event) {
  if (const auto* run = std::get_if<RunStarted>(&event.fact)) {
    test_ids_.clear();
    test_ids_.reserve(run->tests.size());
    for (const TestInfo& test : run->tests) test_ids_.push_back(JsonText().value(test.id).take());
  }
  JsonText json(std::move(lines));
  json.begin_object().member("seq", event.sequence).member("t", event.time_ns);
  std::visit(FactWriter(json, test_ids_), event.fact);
  lines = json.end_object().take();
}

}  // namespace e2e::host
