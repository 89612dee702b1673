#include "run/report_desk.hpp"

#include <e2e/ext/report.h>
#include <fmt/format.h>
#include <strings.h>
#include <sys/wait.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "events/attachment_file.hpp"
#include "run/limit_hints.hpp"
#include "run/sanitizer_words.hpp"
#include "run/worker_death.hpp"
#include "stacks/source_paths.hpp"
#include "worker/phase_name.hpp"

namespace e2e::host {
namespace {

/// What a result means that a worker reported itself.
Status status_of(e2e_rc rc) {
  switch (rc) {
    case E2E_PASS:
      return Status::passed;
    case E2E_FAIL:
      return Status::failed;
    case E2E_SKIP:
      return Status::skipped;
    case E2E_CANCELLED:
      return Status::interrupted;
    default:
      return Status::error;
  }
}

/// What the headers say that the body is; empty: nothing.
std::string media_type(const std::vector<std::pair<std::string, std::string>>& headers) {
  for (const auto& [name, value] : headers)
    if (::strcasecmp(name.c_str(), "content-type") == 0) return value;
  return {};
}

}  // namespace

bool opens_scope(uint32_t phase) {
  return phase == phase_loading || phase == E2E_PHASE_ONCE_PER_RUN || phase == E2E_PHASE_BEFORE_ALL;
}

ReportDesk::ReportDesk(const RunPlan& plan, EventStream& events, Scheduler& scheduler,
                       MetadataLedger& metadata, OutcomeBook& outcomes, OnceTable& once,
                       ManagedServices& services, SecretValues& secrets, Listener& listener)
    : plan_(plan),
      events_(events),
      scheduler_(scheduler),
      metadata_(metadata),
      outcomes_(outcomes),
      once_(once),
      services_(services),
      secrets_(secrets),
      listener_(listener),
      attachments_(plan.output_folder),
      bodies_(plan.output_folder, AttachmentStore::of_bodies) {}

void ReportDesk::take(Slot& slot, WorkerReport type, ByteReader& in) {
  const uint32_t worker = slot.worker->worker();
  switch (type) {
    case WorkerReport::attempt_started:
      return on_attempt_started(slot, in);
    case WorkerReport::attempt_finished:
      return on_attempt_finished(slot, in);
    case WorkerReport::scope_closed:
      return on_scope_closed(slot, in);
    case WorkerReport::unit_finished:
      return on_unit_finished(slot, in);
    case WorkerReport::unusable:
      return on_unusable(slot, in);
    case WorkerReport::metadata: {
      if (!slot.record.is_open() || slot.record.attempt() == 0) throw BadBytes("metadata outside a test");
      auto key = in.get<std::string>();
      return metadata_.set(slot.record.test(), std::move(key), in.get<std::string>());
    }
    case WorkerReport::once_begin: {
      if (!slot.running) throw BadBytes("a fixture outside a unit");
      const std::string& service = plan_.plan.services[slot.running->service].name;
      if (const auto answer = once_.ask(service, in.get<std::string>(), worker))
        listener_.on_once_reply(*answer);
      return;
    }
    case WorkerReport::once_end: {
      if (!slot.running) throw BadBytes("a fixture outside a unit");
      const auto key = in.get<std::string>();
      const auto rc = in.get<e2e_rc>();
      OnceTable::Result result{rc == E2E_PASS ? E2E_PASS : E2E_ERROR, in.get<std::string>()};
      for (const auto& answer :
           once_.finish(plan_.plan.services[slot.running->service].name, key, worker, std::move(result)))
        listener_.on_once_reply(answer);
      return;
    }
    case WorkerReport::attachment:
      return on_attachment(slot, in);
    case WorkerReport::body:
      return on_body(slot, in);
    case WorkerReport::secret: {
      const std::string_view value = in.text();
      secrets_.add(value);
      services_.add_secret(value);
      return;
    }
    case WorkerReport::log: {
      const auto level = in.get<uint32_t>();
      events_.emit(LogWritten{slot.number, level, in.get<std::string>()});
      return;
    }
    default:
      open_record(slot);
      if (!slot.record.take(type, in)) throw BadBytes("a report of an unknown kind");
  }
}

void ReportDesk::open_record(Slot& slot) {
  if (!slot.record.is_open()) slot.record.begin(SlotBlock::no_test, 0, monotonic_ns(), events_.start_ns());
}

void ReportDesk::drop_stray(Slot& slot) {
  if (!slot.record.is_open() || slot.record.attempt() > 0) return;
  const std::vector<Failure> failures = slot.record.take_failures();
  if (failures.empty()) return;
  const Failure& first = failures.front();
  outcomes_.trouble(secrets_.scrubbed(
      fmt::format("{}: reported a failure while none of its tests ran (from init(), or from a thread that a "
                  "test left): {}",
                  slot.running ? plan_.services[slot.running->service].plugin_path : "a plugin",
                  first.message.empty() ? first.expression : first.message)));
}

void ReportDesk::on_attachment(Slot& slot, ByteReader& in) {
  open_record(slot);
  AttachmentRecord attachment;
  attachment.name = secrets_.scrubbed(in.text());
  attachment.type = in.get<std::string>();
  attachment.at_ns = in.get<int64_t>();
  const std::string_view bytes = in.text();
  std::string problem;
  if (!slot.record.has_room_for_attachment(bytes.size()))
    problem = "an attempt keeps at most 100, of 64 MiB together";
  else
    problem = attachments_.keep(attachment, secrets_.is_empty() ? bytes : secrets_.scrubbed(bytes));
  if (problem.empty()) return slot.record.add(std::move(attachment));
  slot.record.add_note(
      fmt::format("attachment '{}' left out: {}", attachment_name(attachment.name), problem));
}

void ReportDesk::on_body(Slot& slot, ByteReader& in) {
  const auto number = in.get<uint32_t>();
  const auto is_request = in.get<bool>();
  const std::string_view bytes = in.text();
  if (!slot.record.is_open()) throw BadBytes("a body outside a test");
  ExchangeRecord* const exchange = slot.record.exchange_with_room_for(number, bytes.size());
  if (exchange == nullptr || !bodies_.keeps_files()) return;
  AttachmentRecord kept;
  kept.type = media_type(is_request ? exchange->request_headers : exchange->response_headers);
  const std::string problem = bodies_.keep(kept, secrets_.is_empty() ? bytes : secrets_.scrubbed(bytes));
  if (!problem.empty()) return slot.record.add_note("a whole body was left out: " + problem);
  (is_request ? exchange->request_body_file : exchange->response_body_file) = kept.file;
  exchange->folder = kept.folder;
}

void ReportDesk::on_attempt_started(Slot& slot, ByteReader& in) {
  const auto test = in.get<uint32_t>();
  const auto attempt = in.get<uint32_t>();
  const auto start_ns = std::clamp(in.get<int64_t>(), slot.worker_start_ns, monotonic_ns());
  drop_stray(slot);
  if (slot.record.is_open() || !slot.running || !scheduler_.accepts(slot.running->unit, test, attempt))
    throw BadBytes("an attempt that was not its to start");
  slot.record.begin(test, attempt, start_ns, events_.start_ns());
  slot.at_work_since_ns = monotonic_ns();
  slot.waited_ns = 0;
  events_.emit(AttemptStarted{test, attempt, slot.worker->worker(), slot.number});
}

void ReportDesk::on_attempt_finished(Slot& slot, ByteReader& in) {
  const auto test = in.get<uint32_t>();
  const auto attempt = in.get<uint32_t>();
  const auto rc = in.get<e2e_rc>();
  const auto end_ns = std::clamp(in.get<int64_t>(), slot.record.start_monotonic_ns(), monotonic_ns());
  const auto waited_ns = std::clamp<int64_t>(in.get<int64_t>(), 0, end_ns - slot.record.start_monotonic_ns());
  if (!slot.record.is_open() || slot.record.test() != test || slot.record.attempt() != attempt)
    throw BadBytes("the end of an attempt that it did not start");
  crashes_[slot.running->service] = 0;
  // While it is known whose it is: --live says so at each line.
  slot.worker->drain_attempt_output();
  AttemptFinished finished = slot.record.end(end_ns);
  finished.waited_ns = waited_ns;
  finished.status = status_of(rc);
  // A check had failed before it skipped.
  if (finished.status != Status::skipped) finished.reason.clear();
  if (finished.status == Status::interrupted && !slot.worker->is_cancelled()) {
    finished.status = Status::error;
    finished.reason = "it returned CANCELLED, but nobody had asked it to stop";
  }
  // What it came to in its grace period counts no more: it had been over before.
  const bool is_too_late =
      slot.verdict && !slot.verdict->is_of_scope_end &&
      (finished.status == Status::interrupted || slot.verdict->status != Status::interrupted);
  if (is_too_late) {
    finished.status = slot.verdict->status;
    finished.reason = slot.verdict->reason;
    finished.stacks = std::move(slot.stacks);
  }
  if (finished.status == Status::passed && scheduler_.will_be_skipped(test))
    throw BadBytes("a pass of a test that was to be skipped");
  if (!finished.leaked.empty() && finished.reason.empty())
    finished.reason = finished.leaked.size() == 1
                          ? fmt::format("left {} behind; killed", finished.leaked[0])
                          : fmt::format("left {} processes behind; killed", finished.leaked.size());
  if (slot.overrun)
    finished.notes.push_back(std::exchange(slot.overrun, std::nullopt)->text() +
                             "; nothing ends a test under isolation none");
  end_attempt(slot, std::move(finished));
  if (is_too_late && slot.verdict->is_scope_to_blame)
    end_unstarted(slot, slot.verdict->status, slot.verdict->reason);
  slot.at_work_since_ns = monotonic_ns();
  slot.waited_ns = 0;
  slot.examined.reset();
  slot.stacks.clear();
  // It ended before it was told to: what comes next has its own time.
  if (!slot.worker->is_cancelled() && slot.verdict && slot.verdict->status == Status::timed_out)
    slot.verdict.reset();
}

void ReportDesk::end_attempt(Slot& slot, AttemptFinished finished) {
  finished.worker = slot.worker->worker();
  finished.slot = slot.number;
  finished.stdout_output = slot.worker->take_stdout();
  finished.stderr_output = slot.worker->take_stderr();
  name_sanitizer(finished, plan_.tests[finished.test].file);
  // What was thrown, or a sanitizer saw, is the test's own text.
  for (CrashInfo& crash : finished.crash) secrets_.scrub(crash.what);
  secrets_.scrub(finished.reason);
  const auto& exit = slot.worker->exit();
  hint_at_limits(finished, plan_.resources, exit ? exit->max_rss_kib : 0);
  shorten_paths(finished.stacks, plan_.tests[finished.test].file);
  services_.explain(finished, slot.running->service);
  const bool was_stopped = scheduler_.is_stopped();
  outcomes_.end_attempt(slot.running->unit, std::move(finished));
  if (!was_stopped && scheduler_.is_stopped()) listener_.on_fail_fast();
}

void ReportDesk::on_scope_closed(Slot& slot, ByteReader& in) {
  FixtureFailed fixture;
  fixture.service = in.get<std::string>();
  const auto rc = in.get<e2e_rc>();
  fixture.stdout_output = slot.worker->take_stdout();
  fixture.stderr_output = slot.worker->take_stderr();
  if (slot.record.is_open()) fixture.failures = slot.record.take_failures();
  if (rc == E2E_PASS || rc == E2E_SKIP) return;
  fixture.phase = phase_name(E2E_PHASE_AFTER_ALL);
  fixture.slot = slot.number;
  outcomes_.fail_fixture(std::move(fixture));
}

void ReportDesk::on_unit_finished(Slot& slot, ByteReader& in) {
  const auto unit = in.get<uint64_t>();
  drop_stray(slot);
  if (!slot.running || slot.running->unit != unit || slot.record.is_open())
    throw BadBytes("the end of a unit that it was not at");
  scheduler_.unit_finished(unit);
  slot.running.reset();
  if (in.get<bool>() || slot.worker->is_cancelled()) slot.is_finishing = true;
}

void ReportDesk::on_unusable(Slot& slot, ByteReader& in) {
  const auto why = in.get<std::string>();
  outcomes_.trouble(why);
  slot.is_finishing = true;
  slot.verdict = Ending{Status::error, why};
  if (slot.running) end_unstarted(slot, Status::error, why);
}

void ReportDesk::end_unstarted(Slot& slot, Status status, const std::string& reason,
                               const std::vector<CrashInfo>& crash, const std::vector<ThreadStack>& stacks) {
  for (const UnitTest& unit_test : slot.running->tests) {
    const uint32_t attempt = std::max(unit_test.first_attempt, outcomes_.attempts(unit_test.test) + 1);
    if (scheduler_.will_be_skipped(unit_test.test) ||
        !scheduler_.accepts(slot.running->unit, unit_test.test, attempt))
      continue;
    slot.record.begin(unit_test.test, attempt, monotonic_ns(), events_.start_ns());
    events_.emit(AttemptStarted{unit_test.test, attempt, slot.worker->worker(), slot.number});
    AttemptFinished finished = slot.record.end(slot.record.start_monotonic_ns());
    finished.status = status;
    finished.reason = reason;
    finished.crash = crash;
    finished.stacks = stacks;
    end_attempt(slot, std::move(finished));
  }
}

void ReportDesk::bury_unit(Slot& slot, std::vector<ThreadStack> stacks) {
  const WorkerHost& worker = *slot.worker;
  Ending verdict = slot.verdict.value_or(Ending{Status::crashed, {}});
  if (verdict.status == Status::crashed) verdict.reason = describe_death(worker);
  if (verdict.status == Status::timed_out && worker.was_killed())
    verdict.reason += worker.block().term_seen != 0 ? "; it did not stop when asked to, and was killed"
                                                    : "; it ignored SIGTERM, and was killed";
  const std::string why_not = why_not_set_up(worker);
  const uint32_t phase = worker.block().phase;
  const bool is_in_attempt = slot.record.is_open() && slot.record.attempt() > 0;
  if (is_in_attempt) {
    std::vector<CrashInfo> crash;
    if (verdict.status == Status::crashed)
      crash.push_back({verdict.reason, std::string(phase_name(phase)), slot.record.last_step(),
                       slot.record.last_request(), core_dump_of(worker)});
    // A deadline's reason names the phase already.
    if (opens_scope(phase) && verdict.status == Status::crashed)
      verdict.reason = fmt::format("in {}: {}", phase_name(phase), verdict.reason);
    AttemptFinished finished = slot.record.end(monotonic_ns());
    finished.status = verdict.status;
    finished.reason = verdict.reason;
    finished.crash = crash;
    if (verdict.status == Status::timed_out) stacks = std::move(slot.stacks);
    finished.stacks = stacks;
    end_attempt(slot, std::move(finished));
    if (opens_scope(phase) && verdict.status != Status::interrupted)
      end_unstarted(slot, verdict.status, verdict.reason, crash, stacks);
  } else if (phase == E2E_PHASE_AFTER_ALL && verdict.status != Status::interrupted) {
    FixtureFailed fixture{
        plan_.plan.services[slot.running->service].name, "after_all", slot.number, {}, verdict.reason};
    if (slot.record.is_open()) fixture.failures = slot.record.take_failures();
    fixture.stdout_output = slot.worker->take_stdout();
    fixture.stderr_output = slot.worker->take_stderr();
    fixture.stacks = std::move(verdict.status == Status::timed_out ? slot.stacks : stacks);
    outcomes_.fail_fixture(std::move(fixture));
  } else if (phase == phase_loading && verdict.status != Status::interrupted) {
    outcomes_.trouble(fmt::format("{}: while it was loaded: {}",
                                  plan_.services[slot.running->service].plugin_path, verdict.reason));
    end_unstarted(slot, Status::error, "its plugin could not be loaded: " + verdict.reason, {}, stacks);
  } else if (!why_not.empty() && WIFEXITED(worker.exit()->wait_status)) {
    outcomes_.trouble("a worker could not be set up: " + why_not);
  }
  const uint32_t service = slot.running->service;
  scheduler_.worker_lost(slot.running->unit);
  slot.running.reset();
  if (verdict.status == Status::crashed && why_not.empty()) count_crash(service);
  slot.examined.reset();
  slot.stacks.clear();
}

void ReportDesk::count_crash(uint32_t service) {
  if (plan_.crashes_in_a_row == 0 || ++crashes_[service] != plan_.crashes_in_a_row) return;
  const std::string why =
      fmt::format("{} crashed {} times in a row", plan_.services[service].plugin_path, crashes_[service]);
  if (const size_t left = scheduler_.give_up(service, why + " (limits.crashes_in_a_row)"); left > 0)
    outcomes_.trouble(fmt::format("{}: {} of its tests are not run (limits.crashes_in_a_row)", why, left));
}

void ReportDesk::end_running(Slot& slot, Status status, const std::string& reason) {
  AttemptFinished finished = slot.record.end(monotonic_ns());
  finished.status = status;
  finished.reason = reason;
  end_attempt(slot, std::move(finished));
}

}  // namespace e2e::host
