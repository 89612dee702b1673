#include "run/run_loop.hpp"

#include <e2e/abi.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "run/running_now.hpp"
#include "run/unit_order.hpp"
#include "run/worker_death.hpp"

namespace e2e::host {
namespace {

constexpr std::chrono::nanoseconds tick_interval{DeadlineWatch::look_interval_ns};
/// Two ticks that are so far apart: this process was stopped, or starved.
constexpr int64_t unwatched_ns = 1'000'000'000;

}  // namespace

RunLoop::RunLoop(boost::asio::io_context& loop, Launcher& launcher, const RunPlan& plan, EventStream& events)
    : loop_(loop),
      launcher_(launcher),
      plan_(plan),
      events_(events),
      scheduler_(plan.plan, plan.slots, plan.fail_fast),
      metadata_(plan_.plan),
      outcomes_(plan.tests.size(), plan.fail_on_flaky, events, scheduler_, metadata_),
      services_(loop, launcher, plan, events, outcomes_),
      symboliser_(loop, launcher),
      desk_(plan, events, scheduler_, metadata_, outcomes_, once_, services_, secrets_, *this),
      workers_(plan.slots),
      slots_(workers_.slots()),
      deadlines_(plan, slots_, symboliser_),
      ticker_(loop),
      signals_(loop),
      slow_watch_(plan.slow_after_ms, plan.earlier_ns) {
  for (const auto& service : plan.services)
    for (const std::string& value : service.order.secret_values) {
      secrets_.add(value);
      services_.add_secret(value);
    }
  launcher_.set_listener(this);
  catch_signals();
}

RunLoop::~RunLoop() { launcher_.set_listener(nullptr); }

ExitCode RunLoop::run() {
  events_.emit(run_started(plan_, launcher_.run().run_id, static_cast<uint32_t>(slots_.size())));
  // Before any thread of a plugin's may end this process: what it leaves in the journal is read by this.
  events_.flush();

  if (needs_system_certificates(plan_)) launcher_.load_certificates();
  arm_signals();
  last_tick_ns_ = monotonic_ns();
  tick();
  services_.start_shared();
  fill();
  events_.flush();
  while (!is_idle()) {
    loop_.run_one();
    workers_.end_gone();
    fill();
    events_.flush();
  }
  stop_services();
  ticker_.cancel();
  signals_.cancel();
  return outcomes_.finish(signal_);
}

bool RunLoop::is_idle() const {
  if (services_.are_shared_starting() && !scheduler_.is_stopped()) return false;
  if (shortage_.is_there() && !scheduler_.is_done()) return false;
  return !workers_.are_any() && std::none_of(slots_.begin(), slots_.end(),
                                             [](const Slot& slot) { return slot.waiting || slot.unserved; });
}

void RunLoop::stop_services() {
  services_.stop();
  while (!services_.are_stopped()) {
    loop_.run_one();
    events_.flush();
  }
}

// ---- handing out

void RunLoop::fill() {
  if (launcher_.is_lost() || !are_services_up()) return;
  // A fact about one slot may free work for another: ask again until none takes any.
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    for (Slot& slot : slots_) has_moved |= fill_slot(slot);
  }
  outcomes_.tell_outcomes();
}

bool RunLoop::are_services_up() {
  if (services_.are_shared_starting()) return false;
  if (const std::string& reason = services_.reason_to_stop(); !reason.empty() && !scheduler_.is_stopped())
    stop(reason, {Status::interrupted, ""}, false);
  return true;
}

bool RunLoop::fill_slot(Slot& slot) {
  if (slot.unserved) {
    if (!services_.is_ready_for(slot.unserved->service, slot.number)) return false;
    start(slot, *std::exchange(slot.unserved, std::nullopt));
    return true;
  }
  if (slot.running || slot.waiting || slot.is_finishing) return false;
  if (!slot.worker && !shortage_.allows_start(monotonic_ns())) return false;
  if (auto assignment = scheduler_.next(slot.number)) {
    start(slot, std::move(*assignment));
    return true;
  }
  if (slot.worker && scheduler_.is_done()) {
    slot.is_finishing = true;
    slot.worker->send(WorkerOrder::finish, ByteWriter());
  }
  return false;
}

void RunLoop::start(Slot& slot, Assignment assignment) {
  if (!services_.is_ready_for(assignment.service, slot.number)) {
    slot.unserved = std::move(assignment);
    return;
  }
  const Isolation isolation = isolation_of(assignment.service);
  const bool fits = slot.worker && slot.is_long_lived && isolation != Isolation::process &&
                    slot.worker->is_thread() == (isolation == Isolation::none);
  if (slot.worker && !fits) {
    slot.is_finishing = true;
    slot.waiting = std::move(assignment);
    slot.worker->send(WorkerOrder::finish, ByteWriter());
    return;
  }
  slot.running = std::move(assignment);
  if (slot.worker || start_worker(slot, isolation)) give(slot);
}

bool RunLoop::start_worker(Slot& slot, Isolation isolation) {
  WorkerHost::Birth birth;
  birth.worker = next_worker_++;
  birth.slot = slot.number;
  birth.is_thread = isolation == Isolation::none;
  birth.is_live = plan_.is_live;
  birth.secrets = &secrets_;
  if (!plan_.output_folder.empty())
    birth.spool_prefix = fmt::format("{}/worker-{}-", plan_.output_folder, birth.worker);
  slot.worker_start_ns = monotonic_ns();
  slot.is_long_lived = isolation != Isolation::process;
  slot.is_finishing = false;
  slot.verdict.reset();
  try {
    slot.worker = std::make_unique<WorkerHost>(loop_, launcher_, *this, birth);
  } catch (const std::system_error& error) {
    put_back(slot, error.what());
    return false;
  }
  if (birth.is_thread) on_spawned(birth.worker, 0);
  return true;
}

void RunLoop::put_back(Slot& slot, const std::string& why) {
  log_debug("slot {}: a worker could not be started: {}", slot.number, why);
  scheduler_.not_started(slot.running->unit);
  slot.running.reset();
  slot.is_finishing = false;
  shortage_.begin(why, monotonic_ns());
}

void RunLoop::give(Slot& slot) {
  UnitOrder order = make_unit_order(plan_, metadata_, *slot.running, outcomes_.failed());
  services_.complete(order.service, slot.running->service, slot.number);
  log_debug("slot {}: unit {} of {}, {} tests", slot.number, order.unit, order.service.name,
            order.tests.size());
  if (order.exits_after) slot.is_finishing = true;
  slot.at_work_since_ns = monotonic_ns();
  slot.waited_ns = 0;
  ByteWriter out;
  encode(out, order);
  slot.worker->send(WorkerOrder::run_unit, out);
}

// ---- what the launcher says

void RunLoop::on_spawned(uint32_t number, int64_t pid) {
  WorkerHost* worker = workers_.find(number);
  if (worker == nullptr) return;
  worker->on_spawned(pid);
  shortage_.end();
  log_debug("slot {}: worker {} is process {}", worker->slot(), number, pid);
  events_.emit(WorkerStarted{number, worker->slot(), pid});
}

void RunLoop::on_spawn_failed(uint32_t number, const std::string& why) {
  WorkerHost* worker = workers_.find(number);
  if (worker == nullptr) return;
  // It never was: nobody hears of it.
  Slot& slot = workers_.slot_of(*worker);
  workers_.bury(slot);
  put_back(slot, why);
}

void RunLoop::on_worker_exit(const WorkerExit& exit) {
  if (WorkerHost* worker = workers_.find(exit.worker)) worker->on_exit(exit);
}

void RunLoop::on_launcher_lost() {
  outcomes_.trouble("the launcher process was killed: the run cannot go on");
  stop("the launcher was killed", {Status::interrupted, "the launcher was killed"}, false);
  workers_.lose_leaving();
  for (Slot& slot : slots_) {
    slot.waiting.reset();
    slot.unserved.reset();
    if (slot.worker && !slot.worker->is_thread()) {
      slot.verdict = Ending{Status::interrupted, "the launcher was killed"};
      slot.worker->on_lost();
    }
  }
}

// ---- what workers say

void RunLoop::on_report(WorkerHost& worker, WorkerReport type, ByteReader& in) {
  desk_.take(workers_.slot_of(worker), type, in);
}

/// As a crash: under isolation `none` there is nothing that could be ended alone.
void RunLoop::on_broken(WorkerHost& worker) {
  Slot& slot = workers_.slot_of(worker);
  const std::string why = describe_death(worker);
  if (slot.running && slot.record.is_open() && slot.record.attempt() > 0)
    desk_.end_running(slot, Status::crashed, why);
  outcomes_.trouble(
      fmt::format("worker {} {}; under isolation none no worker can be ended alone: the run ends here",
                  worker.worker(), why));
  outcomes_.stopped("a worker " + why, true);
  scheduler_.stop();
  leave_threads();
}

void RunLoop::on_output(WorkerHost& worker, bool is_stderr, std::string_view bytes, bool is_next) {
  const Slot& slot = workers_.slot_of(worker);
  LiveOutput output{LiveOutput::no_test, slot.number, is_stderr, bytes};
  if (slot.record.is_open() && slot.record.attempt() > 0 && !is_next)
    output.test = slot.record.test();
  else if (const uint32_t test = worker.block().test; test < plan_.tests.size())
    output.test = test;  // its start has not been read yet
  events_.show_output(output);
}

void RunLoop::on_once_reply(const OnceTable::Reply& answer) {
  WorkerHost* worker = workers_.find(answer.worker);
  if (worker == nullptr) return;
  ByteWriter out;
  out.put(answer.key);
  if (answer.result)
    out.put(e2e_rc{answer.result->rc}).put(answer.result->json);
  else
    out.put(e2e_rc{E2E_SKIP}).put("");
  worker->send(WorkerOrder::once_reply, out);
}

void RunLoop::on_fail_fast() {
  stop(fmt::format("--fail-fast={}", plan_.fail_fast), {Status::interrupted, ""}, false);
}

/// Its slot need not wait for the exit: the next worker starts while this one is torn down.
void RunLoop::on_leaving(WorkerHost& worker) {
  Slot& slot = workers_.slot_of(worker);
  if (slot.running || slot.worker.get() != &worker) return;
  if (!slot.waiting) scheduler_.scope_closed(slot.number);
  workers_.let_leave(slot);
  vacate(slot);
}

void RunLoop::vacate(Slot& slot) {
  slot.is_finishing = false;
  slot.verdict.reset();
  if (!slot.waiting) return;
  slot.running = std::exchange(slot.waiting, std::nullopt);
  if (start_worker(slot, isolation_of(slot.running->service))) give(slot);
}

void RunLoop::on_gone(WorkerHost& worker) {
  Slot& slot = workers_.slot_of(worker);
  if (workers_.bury_if_leaving(worker)) return tell_exit(worker);
  if (slot.running) {
    Snapshot crash = read_crash_dump(worker.block().dump);
    if (crash.threads.empty() || slot.verdict) return bury(slot, {});
    // The slot waits: what comes next must not be told before this.
    return symboliser_.read(
        crash, [this, &slot](std::vector<ThreadStack> stacks) { bury(slot, std::move(stacks)); });
  }
  if (!slot.waiting) {
    if (!worker.has_said_bye())
      outcomes_.trouble(fmt::format("an idle worker ended: {}", describe_death(worker)));
    scheduler_.scope_closed(slot.number);
  }
  tell_exit(worker);
  workers_.bury(slot);
  vacate(slot);
}

void RunLoop::bury(Slot& slot, std::vector<ThreadStack> stacks) {
  desk_.bury_unit(slot, std::move(stacks));
  tell_exit(*slot.worker);
  workers_.bury(slot);
  vacate(slot);
}

void RunLoop::tell_exit(WorkerHost& worker) {
  WorkerExited exited = exit_of(worker);
  log_debug("slot {}: worker {} {}", exited.slot, exited.worker, exited.ending);
  shortage_.try_again();
  events_.emit(std::move(exited));
  for (const auto& answer : once_.worker_gone(worker.worker())) on_once_reply(answer);
}

// ---- time, signals, the end

void RunLoop::tick() {
  const int64_t now_ns = monotonic_ns();
  forgive_gap(now_ns);
  watch_shortage(now_ns);
  watch_run_time(now_ns);
  deadlines_.look(now_ns);
  tell_slow_tests(slow_watch_, slots_, events_, now_ns);
  events_.tick();
  ticker_.expires_after(tick_interval);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void RunLoop::forgive_gap(int64_t now_ns) {
  const int64_t gap_ns = now_ns - std::exchange(last_tick_ns_, now_ns);
  if (gap_ns < unwatched_ns) return;
  log_debug("nobody looked for {} ms, which count for no time limit", gap_ns / 1'000'000);
  forgiven_ns_ += gap_ns;
  slow_watch_.forgive(gap_ns);
  workers_.forgive(gap_ns);
}

void RunLoop::watch_shortage(int64_t now_ns) {
  if (scheduler_.is_stopped() || !shortage_.is_hopeless(workers_.are_any(), now_ns)) return;
  const std::string why = fmt::format("no worker can be started: {}", shortage_.why());
  outcomes_.trouble(why + "; what has not run by now is not run");
  stop(why, {Status::interrupted, ""}, false);
}

void RunLoop::watch_run_time(int64_t now_ns) {
  if (plan_.limits.run_ms <= 0 || has_run_out_of_time_ ||
      now_ns - events_.start_ns() - forgiven_ns_ <= plan_.limits.run_ms * 1'000'000)
    return;
  has_run_out_of_time_ = true;
  const std::string why = fmt::format("--run-timeout={}", plan_.limits.run_ms);
  stop(why, {Status::timed_out, fmt::format("the run took longer than {} ms", plan_.limits.run_ms)}, true);
}

void RunLoop::catch_signals() {
  signals_.add(SIGUSR1);
  for (const int number : ending_signals)
    if (!is_ignored(number)) signals_.add(number);
}

void RunLoop::arm_signals() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    on_signal(number);
    arm_signals();
  });
}

void RunLoop::show_status() {
  workers_.catch_up();
  events_.show_status(running_now(plan_, slots_, events_.start_ns()));
}

void RunLoop::on_signal(int number) {
  if (number == SIGUSR1) return show_status();
  // Both the shell and the kernel tell that a terminal has gone: hearing it twice is no wish to hurry.
  if (signal_ != 0 && number == SIGHUP) return;
  if (signal_ != 0) {
    symboliser_.give_up();
    workers_.kill();
    services_.kill();
    if (workers_.has_threads()) leave_threads();
    return;
  }
  signal_ = number;
  const std::string why = signal_name(number);
  stop(why, {Status::interrupted, "interrupted by " + why}, true);
}

/// Threads can't be ended: the run ends without them, and the process with it.
void RunLoop::leave_threads() {
  for (Slot& slot : slots_) {
    if (!slot.worker || !slot.running || !slot.record.is_open() || slot.record.attempt() == 0) continue;
    desk_.end_running(slot, Status::interrupted, slot.verdict ? slot.verdict->reason : "interrupted");
  }
  const ExitCode code = outcomes_.finish(signal_);
  launcher_.shut_down();
  ::_exit(static_cast<int>(code));
}

void RunLoop::stop(const std::string& why, const Ending& verdict, bool ends_running_attempts) {
  outcomes_.stopped(why, has_run_out_of_time_);
  scheduler_.stop();
  for (Slot& slot : slots_) {
    for (auto* held : {&slot.waiting, &slot.unserved})
      if (*held) scheduler_.worker_lost(std::exchange(*held, std::nullopt)->unit);
    if (!slot.worker || !slot.running || slot.worker->is_gone()) continue;
    slot.worker->send(WorkerOrder::stop, ByteWriter());
    if (!ends_running_attempts) continue;
    const bool is_in_attempt = slot.record.is_open() && slot.record.attempt() > 0;
    if (!slot.verdict && verdict.status == Status::timed_out && is_in_attempt && !slot.worker->is_thread()) {
      deadlines_.examine_and_end(slot, verdict, slot.worker->block().stretch);
      continue;
    }
    if (!slot.verdict) slot.verdict = verdict;
    slot.worker->cancel(plan_.limits.grace_ms);
  }
}

}  // namespace e2e::host
