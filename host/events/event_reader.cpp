#include "events/event_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "events/event_json.hpp"
#include "events/json_members.hpp"
#include "events/record_reader.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_tests = 1'000'000;
constexpr int64_t max_slots = 1 << 16;

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

uint32_t read_slot(JsonMembers& from) { return static_cast<uint32_t>(from.integer("slot", 0, max_slots)); }
uint32_t read_worker(JsonMembers& from) {
  return static_cast<uint32_t>(from.integer("worker", 0, EventBounds::max_workers));
}
uint32_t read_attempt_number(JsonMembers& from) {
  return static_cast<uint32_t>(from.integer("attempt", 1, EventBounds::max_workers));
}
/// That of a managed service: -1 where all workers share it.
int32_t read_instance(JsonMembers& from) {
  return from.has("slot") ? static_cast<int32_t>(from.integer("slot", 0, max_slots)) : -1;
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
  run.tests = from.items<TestInfo>("tests", max_tests, read_test);
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
  attempt.failures = from.items<Failure>("failures", EventBounds::max_items, read_failure);
  attempt.steps = from.items<StepRecord>("steps", EventBounds::max_items, read_step);
  attempt.exchanges = from.items<ExchangeRecord>("exchanges", EventBounds::max_items, read_exchange);
  attempt.notes = from.texts("notes", EventBounds::max_items);
  attempt.attachments = from.items<AttachmentRecord>("attachments", EventBounds::max_items, read_attachment);
  attempt.leaked = from.texts("leaked", EventBounds::max_items);
  attempt.stdout_output = read_output(from, "stdout");
  attempt.stderr_output = read_output(from, "stderr");
  attempt.crash = read_crash(from);
  attempt.stacks = from.items<ThreadStack>("stacks", EventBounds::max_items, read_stack);
  return attempt;
}

WorkerExited read_worker_exited(JsonMembers& from) {
  WorkerExited exited;
  exited.worker = read_worker(from);
  exited.slot = read_slot(from);
  exited.ending = from.text("ending");
  exited.user_cpu_us = from.integer("user_cpu_us", 0, EventBounds::max_amount);
  exited.system_cpu_us = from.integer("system_cpu_us", 0, EventBounds::max_amount);
  exited.max_rss_kib = from.integer("max_rss_kib", 0, EventBounds::max_amount);
  return exited;
}

ServiceStarted read_service_started(JsonMembers& from) {
  ServiceStarted started;
  started.service = from.text("service");
  started.slot = read_instance(from);
  started.pid = from.integer("pid", 0, EventBounds::max_pid);
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
  exited.pid = from.integer("pid", 0, EventBounds::max_pid);
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
  fixture.failures = from.items<Failure>("failures", EventBounds::max_items, read_failure);
  fixture.stdout_output = read_output(from, "stdout");
  fixture.stderr_output = read_output(from, "stderr");
  fixture.stacks = from.items<ThreadStack>("stacks", EventBounds::max_items, read_stack);
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
  crashed.running = from.items<RunCrashed::Running>("running", max_slots, [tests](JsonMembers& each) {
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
    return WorkerStarted{read_worker(from), read_slot(from), from.integer("pid", 0, EventBounds::max_pid)};
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
