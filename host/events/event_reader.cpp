#include "events/event_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "events/attachment_file.hpp"
#include "events/event_json.hpp"
#include "events/json_members.hpp"

namespace e2e::host {
namespace {

using json = JsonValue;

// What one event may hold. The host's own bounds (AttemptRecord) are below these.
constexpr size_t max_tests = 1'000'000;
constexpr size_t max_items = 20'000;
constexpr size_t max_names = 1'000;
constexpr int64_t max_workers = 1 << 24;
constexpr int64_t max_slots = 1 << 16;
constexpr int64_t max_amount = int64_t{1} << 40;  ///< of CPU time in µs, of memory in KiB
constexpr int64_t max_pid = INT32_MAX;

/// The value of that name, or BadEvent.
template <typename Value, size_t count>
Value choice(JsonMembers& from, const char* member, const Value (&values)[count]) {
  const std::string name = from.text(member);
  for (const Value value : values)
    if (to_string(value) == name) return value;
  throw BadEvent(
      fmt::format("'{}' is '{}', which is none of its values", member, printable(name.substr(0, 40))));
}

constexpr Status statuses[] = {Status::passed,  Status::failed,    Status::error,      Status::skipped,
                               Status::crashed, Status::timed_out, Status::interrupted};
constexpr Outcome outcomes[] = {Outcome::passed, Outcome::failed, Outcome::flaky, Outcome::skipped,
                                Outcome::not_run};
constexpr Mode modes[] = {Mode::service, Mode::test};
constexpr Isolation isolations[] = {Isolation::process, Isolation::service, Isolation::none};

/// Each item of a list, by read(members).
template <typename Item, typename Read>
std::vector<Item> items(JsonMembers& from, const char* name, size_t max, Read read) {
  std::vector<Item> found;
  json* list = from.list(name, max);
  if (!list) return found;
  found.reserve(list->Size());
  for (json& value : list->GetArray()) {
    JsonMembers members(value);
    found.push_back(read(members));
  }
  return found;
}

TestInfo read_test(JsonMembers& from) {
  TestInfo test;
  test.id = from.text("id");
  test.service = from.text("service");
  test.module = from.text("module");
  test.name = from.text("name");
  test.file = from.text("file");
  test.line = from.number<uint32_t>("line");
  test.tags = from.texts("tags", max_names);
  test.priority = from.text("priority");
  test.depends_on = from.texts("depends_on", max_items);
  test.timeout_ms = from.number<int64_t>("timeout_ms");
  test.max_attempts = from.number<uint32_t>("max_attempts");
  return test;
}

Failure read_failure(JsonMembers& from) {
  Failure failure;
  failure.is_soft = from.truth("soft");
  failure.is_error = from.truth("error");
  failure.phase = from.text("phase");
  failure.file = from.text("file");
  failure.line = from.number<uint32_t>("line");
  failure.expression = from.text("expression");
  failure.message = from.text("message");
  failure.expected = from.text("expected");
  failure.actual = from.text("actual");
  failure.exchanges_before = from.number<uint32_t>("exchanges_before");
  return failure;
}

StepRecord read_step(JsonMembers& from) {
  StepRecord step;
  step.title = from.text("title");
  step.file = from.text("file");
  step.line = from.number<uint32_t>("line");
  step.depth = from.number<uint32_t>("depth");
  step.start_ns = from.told_ns("start_ns");
  step.duration_ns = from.has("duration_ns") ? from.told_ns("duration_ns") : -1;
  return step;
}

std::vector<std::pair<std::string, std::string>> read_headers(JsonMembers& from, const char* name) {
  std::vector<std::pair<std::string, std::string>> headers;
  json* list = from.list(name, max_items);
  if (!list) return headers;
  headers.reserve(list->Size());
  for (json& pair : list->GetArray()) {
    if (!pair.IsArray() || pair.Size() != 2 || !pair[0].IsString() || !pair[1].IsString())
      throw BadEvent(fmt::format("'{}' has an item that is no pair of texts", name));
    headers.emplace_back(text_of(pair[0]), text_of(pair[1]));
  }
  return headers;
}

MessageRecord read_message(JsonMembers& from) {
  MessageRecord message;
  message.is_sent = from.truth("sent");
  message.kind = from.text("kind");
  message.body = from.text("body");
  message.size = from.number<uint64_t>("size");
  message.at_ns = from.told_ns("at_ns");
  return message;
}

std::string read_body_file(JsonMembers& from, const char* name) {
  std::string file = from.text(name);
  if (!file.empty() && !is_attachment_file(file))
    throw BadEvent(fmt::format("'{}' is none of the names that such files have", name));
  return file;
}

ExchangeRecord read_exchange(JsonMembers& from) {
  ExchangeRecord exchange;
  exchange.phase = from.text("phase");
  exchange.method = from.text("method");
  exchange.url = from.text("url");
  exchange.status = static_cast<int32_t>(from.integer("status", INT32_MIN, INT32_MAX));
  exchange.error = from.text("error");
  exchange.request_headers = read_headers(from, "request_headers");
  exchange.request_body = from.text("request_body");
  exchange.request_body_size = from.number<uint64_t>("request_body_size");
  exchange.response_headers = read_headers(from, "response_headers");
  exchange.response_body = from.text("response_body");
  exchange.response_body_size = from.number<uint64_t>("response_body_size");
  exchange.request_body_file = read_body_file(from, "request_body_file");
  exchange.response_body_file = read_body_file(from, "response_body_file");
  exchange.start_ns = from.told_ns("start_ns");
  exchange.blocked_ns = from.told_ns("blocked_ns");
  exchange.dns_ns = from.told_ns("dns_ns");
  exchange.connect_ns = from.told_ns("connect_ns");
  exchange.tls_ns = from.told_ns("tls_ns");
  exchange.send_ns = from.told_ns("send_ns");
  exchange.wait_ns = from.told_ns("wait_ns");
  exchange.receive_ns = from.told_ns("receive_ns");
  exchange.total_ns = from.told_ns("total_ns");
  exchange.retry = from.number<uint32_t>("retry");
  exchange.redirect = from.number<uint32_t>("redirect");
  exchange.http_version = from.text("http_version");
  exchange.body_sha256 = from.text("response_body_sha256");
  exchange.curl_words = from.texts("curl_words", max_items);
  exchange.messages = items<MessageRecord>(from, "messages", max_items, read_message);
  return exchange;
}

AttachmentRecord read_attachment(JsonMembers& from) {
  AttachmentRecord attachment;
  attachment.name = from.text("name");
  attachment.type = from.text("type");
  attachment.bytes = from.number<uint64_t>("bytes");
  attachment.sha256 = from.text("sha256");
  attachment.file = from.text("file");
  attachment.at_ns = from.told_ns("at_ns");
  // Reports open it: it is to lead nowhere else.
  if (!is_attachment_file(attachment.file, attachment.sha256))
    throw BadEvent("'file' of an attachment is none of the names that they have");
  return attachment;
}

CapturedOutput read_output(JsonMembers& from, const char* name) {
  CapturedOutput output;
  json* object = from.object(name);
  if (!object) return output;
  JsonMembers members(*object);
  output.head = members.text("head");
  output.tail = members.text("tail");
  output.total_bytes = members.number<uint64_t>("total_bytes");
  output.file = members.text("file");
  output.omitted_bytes = members.number<uint64_t>("omitted_bytes");
  return output;
}

std::vector<CrashInfo> read_crash(JsonMembers& from) {
  json* object = from.object("crash");
  if (!object) return {};
  JsonMembers members(*object);
  return {{members.text("what"), members.text("phase"), members.text("last_step"),
           members.text("last_request"), members.text("core")}};
}

StackFrame read_frame(JsonMembers& from) {
  StackFrame frame;
  frame.function = from.text("function");
  frame.file = from.text("file");
  frame.line = from.number<uint32_t>("line");
  frame.module = from.text("module");
  frame.offset = from.number<uint64_t>("offset");
  frame.is_inlined = from.truth("is_inlined");
  return frame;
}

ThreadStack read_stack(JsonMembers& from) {
  ThreadStack stack;
  stack.tid = from.integer("tid", 0, max_pid);
  stack.name = from.text("name");
  stack.frames = items<StackFrame>(from, "frames", max_items, read_frame);
  stack.note = from.text("note");
  return stack;
}

uint32_t read_slot(JsonMembers& from) { return static_cast<uint32_t>(from.integer("slot", 0, max_slots)); }
uint32_t read_worker(JsonMembers& from) {
  return static_cast<uint32_t>(from.integer("worker", 0, max_workers));
}
uint32_t read_attempt_number(JsonMembers& from) {
  return static_cast<uint32_t>(from.integer("attempt", 1, max_workers));
}
/// That of a managed service: -1 where all workers share it.
int32_t read_instance(JsonMembers& from) {
  return from.has("slot") ? static_cast<int32_t>(from.integer("slot", 0, max_slots)) : -1;
}

RunPack read_run_pack(JsonMembers& from) {
  return {from.text("id"), from.text("version"), from.text("publisher"), from.text("trust"),
          from.text("digest")};
}

RunEnvironment read_environment(JsonMembers& from) {
  RunEnvironment environment;
  json* object = from.object("environment");
  if (!object) return environment;
  JsonMembers members(*object);
  environment.name = members.text("name");
  environment.system = members.text("system");
  environment.kernel = members.text("kernel");
  environment.machine = members.text("machine");
  environment.cpus = static_cast<uint32_t>(members.integer("cpus", 0, max_workers));
  environment.memory_kib = members.integer("memory_kib", 0, max_amount);
  environment.packs = items<RunPack>(members, "packs", max_items, read_run_pack);
  return environment;
}

RunStarted read_run_started(JsonMembers& from) {
  RunStarted run;
  const int64_t schema = from.integer("schema", 1, UINT32_MAX);
  if (schema != kEventSchema)
    throw BadEvent(
        fmt::format("its schema is {}, and this version of e2e-host reads {}", schema, kEventSchema));
  run.run_id = from.text("run_id");
  run.host_version = from.text("host_version");
  run.start_unix_ns = from.number<int64_t>("start_unix_ns");
  run.workers = static_cast<uint32_t>(from.integer("workers", 0, max_slots));
  run.is_parallel = from.truth("is_parallel");
  run.mode = choice(from, "mode", modes);
  run.isolation = choice(from, "isolation", isolations);
  if (from.has("shuffle_seed")) run.shuffle_seed = from.number<uint32_t>("shuffle_seed");
  run.fail_on_flaky = from.truth("fail_on_flaky");
  run.environment = read_environment(from);
  run.tests = items<TestInfo>(from, "tests", max_tests, read_test);
  return run;
}

AttemptFinished read_attempt(JsonMembers& from) {
  AttemptFinished attempt;
  attempt.attempt = read_attempt_number(from);
  attempt.worker = read_worker(from);
  attempt.slot = read_slot(from);
  attempt.status = choice(from, "status", statuses);
  attempt.start_ns = from.time_ns("start_ns");
  attempt.duration_ns = from.time_ns("duration_ns");
  attempt.waited_ns = from.time_ns("waited_ns");
  attempt.reason = from.text("reason");
  attempt.failures = items<Failure>(from, "failures", max_items, read_failure);
  attempt.steps = items<StepRecord>(from, "steps", max_items, read_step);
  attempt.exchanges = items<ExchangeRecord>(from, "exchanges", max_items, read_exchange);
  attempt.notes = from.texts("notes", max_items);
  attempt.attachments = items<AttachmentRecord>(from, "attachments", max_items, read_attachment);
  attempt.leaked = from.texts("leaked", max_items);
  attempt.stdout_output = read_output(from, "stdout");
  attempt.stderr_output = read_output(from, "stderr");
  attempt.crash = read_crash(from);
  attempt.stacks = items<ThreadStack>(from, "stacks", max_items, read_stack);
  return attempt;
}

WorkerExited read_worker_exited(JsonMembers& from) {
  WorkerExited exited;
  exited.worker = read_worker(from);
  exited.slot = read_slot(from);
  exited.ending = from.text("ending");
  exited.user_cpu_us = from.integer("user_cpu_us", 0, max_amount);
  exited.system_cpu_us = from.integer("system_cpu_us", 0, max_amount);
  exited.max_rss_kib = from.integer("max_rss_kib", 0, max_amount);
  return exited;
}

ServiceStarted read_service_started(JsonMembers& from) {
  ServiceStarted started;
  started.service = from.text("service");
  started.slot = read_instance(from);
  started.pid = from.integer("pid", 0, max_pid);
  started.port = from.number<uint16_t>("port");
  started.base_url = from.text("base_url");
  started.command = from.text("command");
  started.log = from.text("log");
  started.duration_ns = from.time_ns("duration_ns");
  return started;
}

ServiceExited read_service_exited(JsonMembers& from) {
  ServiceExited exited;
  exited.service = from.text("service");
  exited.slot = read_instance(from);
  exited.pid = from.integer("pid", 0, max_pid);
  exited.ending = from.text("ending");
  exited.is_expected = from.truth("is_expected");
  exited.after_ns = from.time_ns("after_ns");
  exited.log = from.text("log");
  return exited;
}

FixtureFailed read_fixture(JsonMembers& from) {
  FixtureFailed fixture;
  fixture.service = from.text("service");
  fixture.phase = from.text("phase");
  fixture.slot = read_slot(from);
  fixture.reason = from.text("reason");
  fixture.failures = items<Failure>(from, "failures", max_items, read_failure);
  fixture.stdout_output = read_output(from, "stdout");
  fixture.stderr_output = read_output(from, "stderr");
  fixture.stacks = items<ThreadStack>(from, "stacks", max_items, read_stack);
  return fixture;
}

LogWritten read_log(JsonMembers& from) {
  constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
  const std::string level = from.text("level");
  const auto found = std::find(std::begin(names), std::end(names), level);
  if (found == std::end(names)) throw BadEvent("'level' is none of its values");
  return {read_slot(from), static_cast<uint32_t>(found - std::begin(names)), from.text("text")};
}

RunFinished read_run_finished(JsonMembers& from) {
  RunFinished run;
  run.duration_ns = from.time_ns("duration_ns");
  run.work_ns = from.number<int64_t>("work_ns");
  run.passed = from.number<uint32_t>("passed");
  run.failed = from.number<uint32_t>("failed");
  run.flaky = from.number<uint32_t>("flaky");
  run.skipped = from.number<uint32_t>("skipped");
  run.not_run = from.number<uint32_t>("not_run");
  run.exit_code = static_cast<int32_t>(from.integer("exit_code", 0, 255));
  run.stopped_by = from.text("stopped_by");
  run.is_cut_off = from.truth("is_cut_off");
  return run;
}

RunCrashed read_run_crashed(JsonMembers& from, size_t tests) {
  RunCrashed crashed;
  crashed.signal = static_cast<int32_t>(from.integer("signal", 1, 128));
  crashed.running = items<RunCrashed::Running>(from, "running", max_slots, [tests](JsonMembers& each) {
    if (tests == 0) throw BadEvent("it has a test of no run");
    const auto last = static_cast<int64_t>(tests) - 1;
    return RunCrashed::Running{static_cast<uint32_t>(each.integer("test_index", 0, last)),
                               read_attempt_number(each), read_slot(each)};
  });
  return crashed;
}

/// A fact of any kind but run_started; nullopt: a kind that is not known.
std::optional<decltype(Event::fact)> read_fact(const std::string& name, JsonMembers& from,
                                               const std::unordered_map<std::string, uint32_t>& tests) {
  const auto test = [&] {
    const auto found = tests.find(from.text("test"));
    if (found == tests.end()) throw BadEvent("its test is none of the run's");
    return found->second;
  };
  if (name == "attempt_started")
    return AttemptStarted{test(), read_attempt_number(from), read_worker(from), read_slot(from)};
  if (name == "test_slow")
    return TestSlow{test(), read_attempt_number(from), read_worker(from), read_slot(from),
                    from.time_ns("elapsed_ns")};
  if (name == "attempt_finished") {
    AttemptFinished attempt = read_attempt(from);
    attempt.test = test();
    return attempt;
  }
  if (name == "test_finished")
    return TestFinished{test(), choice(from, "outcome", outcomes), from.number<uint32_t>("attempts"),
                        from.text("reason")};
  if (name == "worker_started")
    return WorkerStarted{read_worker(from), read_slot(from), from.integer("pid", 0, max_pid)};
  if (name == "worker_exited") return read_worker_exited(from);
  if (name == "service_started") return read_service_started(from);
  if (name == "service_exited") return read_service_exited(from);
  if (name == "fixture_failed") return read_fixture(from);
  if (name == "trouble") return Trouble{from.text("text")};
  if (name == "log_written") return read_log(from);
  if (name == "run_finished") return read_run_finished(from);
  return std::nullopt;
}

}  // namespace

EventReader::EventReader() : json_(std::make_unique<JsonLine>()) {}
EventReader::~EventReader() = default;

JournalEntry EventReader::read(std::string_view line) {
  JsonMembers members(json_->parse(line));
  const std::string name = members.text("event");
  if (name.empty()) throw BadEvent("it has no 'event'");
  if (name == "run_crashed") return read_run_crashed(members, tests_.size());

  Event event;
  event.sequence = members.number<uint64_t>("seq");
  event.time_ns = members.time_ns("t");
  if (name == "run_started") {
    RunStarted run = read_run_started(members);
    // Of what a second one says nothing may be kept: what follows would be read by its tests.
    if (has_run_) throw BadEvent("the run has started already");
    tests_.clear();
    for (uint32_t i = 0; i < run.tests.size(); ++i)
      if (!tests_.emplace(run.tests[i].id, i).second) throw BadEvent("two of its tests have the same id");
    has_run_ = true;
    event.fact = std::move(run);
    return event;
  }
  auto fact = read_fact(name, members, tests_);
  if (!fact) return UnknownEvent{event.sequence, name};
  event.fact = std::move(*fact);
  return event;
}

}  // namespace e2e::host
