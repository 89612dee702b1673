#include "worker/unit_runner.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <stdexcept>

#include "base/clock.hpp"
#include "config/expansion.hpp"
#include "page/page.hpp"
#include "worker/process_state.hpp"
#include "worker/processes.hpp"
#include "worker/worker_limits.hpp"

namespace e2e::host {
namespace {

bool has_children() {
  siginfo_t ended{};
  return ::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace

void UnitRunner::keep_copies_out() const {
  if (!is_own_process_ || ::getpid() == own_pid_) return;
  while (true) ::pause();
}

UnitRunner::UnitRunner(WorkerState& worker, CaptureEnds& capture, bool is_own_process)
    : worker_(worker), capture_(capture), is_own_process_(is_own_process), own_pid_(::getpid()) {}

UnitRunner::~UnitRunner() = default;

void UnitRunner::use_plugin(const UnitOrder& order) {
  if (instance_ != nullptr && instance_->path() == order.plugin_path &&
      instance_->service() == order.service.name)
    return;
  close_scope();
  instance_ = nullptr;
  for (const auto& known : instances_)
    if (known->path() == order.plugin_path && known->service() == order.service.name) instance_ = known.get();
  if (instance_ == nullptr) {
    worker_.block.enter(phase_loading);
    instances_.push_back(std::make_unique<PluginInstance>(order.plugin_path, order.service, worker_));
    instance_ = instances_.back().get();
    keep_copies_out();
  }
  if (instance_->list_fingerprint() != order.list_fingerprint)
    throw std::runtime_error(order.plugin_path +
                             ": lists other tests now than when it was described; a list must not depend on "
                             "the process it is made in (build it into the plugin, or make it from config)");
}

std::unique_ptr<Page> UnitRunner::make_page(const UnitOrder& order) {
  const LateNames names{worker_.slot, order.service.port, order.service.run_folder};
  PageSettings settings;
  settings.service = order.service.name;
  settings.base_url = expand_late_names(order.service.base_url, names);
  settings.health_endpoint = expand_late_names(order.service.health_endpoint, names);
  settings.timeout_ms = order.service.timeout_ms;
  settings.secret_names = order.service.secret_names;
  for (const auto& [name, value] : order.service.headers)
    settings.headers.emplace_back(name, expand_late_names(value, names));
  for (const auto& [key, value] : order.service.request_options) {
    const std::string problem =
        set_request_option(settings.request_options, key, expand_late_names(value, names));
    if (!problem.empty()) throw std::runtime_error(fmt::format("requests.{} {}", key, problem));
  }
  return std::make_unique<Page>(std::move(settings), worker_.http, worker_);
}

bool UnitRunner::run(const UnitOrder& order) {
  worker_.grace_ms = order.grace_ms;
  resources_ = order.resources;
  worker_.stop_requested = false;
  if (is_own_process_ && !order.exits_after && !process_) process_ = ProcessState::now();
  // A lone test has nobody whom it could change anything for.
  if (is_own_process_ && !libraries_ && !(order.exits_after && order.tests.size() == 1)) libraries_.emplace();
  // Before the plugin is there: its constructors are meant, too.
  if (is_own_process_) limit_process(order.resources);
  use_plugin(order);
  worker_.use_service(order.service);
  will_go_on_ = !order.exits_after;
  worker_.metadata.begin_unit(order.metadata);
  results_.clear();
  uint32_t failures = 0;
  is_spent_ = is_unit_over_ = false;
  for (const TestOrder& test : order.tests) {
    if (must_stop() || (order.max_failures > 0 && failures >= order.max_failures)) break;
    const bool is_blocked =
        std::any_of(test.depends_on.begin(), test.depends_on.end(), [this](uint32_t dependency) {
          const auto found = results_.find(dependency);
          return found != results_.end() && found->second != E2E_PASS;
        });
    // No attempt is made of a blocked test, as where it would be a unit of its own: the host says why.
    const e2e_rc rc = is_blocked ? E2E_SKIP : run_test(order, test);
    results_[test.test] = rc;
    if (rc != E2E_PASS && rc != E2E_SKIP) ++failures;
  }
  const bool leaves = order.exits_after || is_spent_ || worker_.has_stop_wish();
  if (!order.keeps_scope || leaves) close_scope();
  worker_.send(WorkerReport::unit_finished, ByteWriter().put(order.unit).put(leaves), true);
  return !leaves && !worker_.channel.is_lost();
}

bool UnitRunner::must_stop() {
  while (const auto order = worker_.channel.poll_order())
    if (static_cast<WorkerOrder>(order->type) == WorkerOrder::stop) worker_.stop_requested = true;
  return worker_.stop_requested || is_unit_over_ || worker_.has_stop_wish() || worker_.channel.is_lost();
}

e2e_rc UnitRunner::run_test(const UnitOrder& order, const TestOrder& test) {
  e2e_rc rc = E2E_ERROR;
  for (uint32_t attempt = test.first_attempt; attempt <= test.last_attempt; ++attempt) {
    rc = run_attempt(order, test, attempt);
    if (rc == E2E_PASS || rc == E2E_SKIP) break;
    if (order.recycles_on_failure) {
      is_spent_ = true;
      // A scope that did not open fails all its tests; only a retry opens another.
      is_unit_over_ = scope_->is_open || attempt < test.last_attempt;
    }
    if (must_stop()) break;
  }
  return rc;
}

void UnitRunner::begin_attempt(const TestOrder& test, uint32_t attempt) {
  worker_.attempt = attempt;
  worker_.test_id = fmt::format("{}-t{}-{}", worker_.run.run_id, test.test, attempt);
  worker_.worst = E2E_PASS;
  worker_.attempt_start_ns = monotonic_ns();
  worker_.attempt_waited_ns = 0;
  worker_.body_timeout_ms = test.timeout_ms;
  worker_.forget_bodies();
  if (is_own_process_) limit_cpu_time(resources_);
  worker_.block.begin_stretch();
  worker_.block.attempt = attempt;
  worker_.block.test = test.test;
  // Goes out with what ended the attempt before, in one write; the first of a unit at once.
  worker_.send(WorkerReport::attempt_started,
               ByteWriter().put(test.test).put(attempt).put(worker_.attempt_start_ns), true);
}

e2e_rc UnitRunner::run_attempt(const UnitOrder& order, const TestOrder& test, uint32_t attempt) {
  begin_attempt(test, attempt);
  const bool is_retry = attempt > 1;
  // A scope that failed to open gets another chance where a test of it does.
  if (is_retry && scope_ && !scope_->is_open) scope_.reset();
  const bool is_new_scope = !scope_;
  e2e_rc rc = E2E_PASS;
  if (is_new_scope) {
    rc = open_scope(order);
  } else if (!scope_->is_open) {
    rc = scope_->rc;
    tell_scope_reports();
  }
  if (rc == E2E_PASS) {
    worker_.attempt = attempt;
    worker_.test_id = fmt::format("{}-t{}-{}", worker_.run.run_id, test.test, attempt);
    worker_.metadata.begin_attempt();
    Page& page = page_for(order, is_retry && !is_new_scope);
    // What before_all has set is for all tests of the scope; what one of them changes is not, where others
    // come.
    const bool has_others = is_own_process_ && !(order.exits_after && order.tests.size() == 1);
    if (has_others && !scope_->process) {
      scope_->process = ProcessState::now();
      threads_.begin();
    }
    worker_.block.enter(E2E_PHASE_BODY);
    rc = instance_->plugin().run(instance_->context(), scope_->handle, {test.id.data(), test.id.size()},
                                 page.handle());
    keep_copies_out();
    if (has_others) scope_->process->put_back(libraries_->changing_calls());
  }
  end_attempt(order, test, attempt, rc);
  return severity(worker_.worst) > severity(rc) ? worker_.worst.load() : rc;
}

Page& UnitRunner::page_for(const UnitOrder& order, bool needs_fresh_page) {
  if (order.has_fresh_pages || needs_fresh_page) test_page_ = make_page(order);
  return test_page_ ? *test_page_ : *scope_page_;
}

e2e_rc UnitRunner::open_scope(const UnitOrder& order) {
  worker_.attempt = 0;
  worker_.test_id = fmt::format("{}-w{}-s{}", worker_.run.run_id, worker_.worker, ++scopes_opened_);
  worker_.metadata.begin_scope();
  scope_ = Scope();
  test_page_.reset();
  scope_page_ = make_page(order);
  worker_.recorded = &scope_->reports;
  worker_.block.enter(E2E_PHASE_BEFORE_ALL);
  scope_->rc = instance_->plugin().scope_open(instance_->context(), scope_page_->handle(), &scope_->handle);
  keep_copies_out();
  worker_.recorded = nullptr;
  const bool was_opened = scope_->rc == E2E_PASS;
  if (severity(worker_.worst) > severity(scope_->rc)) scope_->rc = worker_.worst;
  // Whatever broke, the tests are not to blame: their fixture is.
  if (scope_->rc == E2E_FAIL) scope_->rc = E2E_ERROR;
  scope_->is_open = scope_->rc == E2E_PASS;
  // By the plugin's word it is open, by what it reported it is broken: nobody else would close it.
  if (was_opened && !scope_->is_open) instance_->plugin().scope_close(instance_->context(), scope_->handle);
  return scope_->rc;
}

void UnitRunner::tell_scope_reports() {
  for (const auto& report : scope_->reports) {
    ByteWriter out;
    out.raw(report.bytes);
    worker_.send(report.type, out);
  }
}

void UnitRunner::end_attempt(const UnitOrder& order, const TestOrder& test, uint32_t attempt, e2e_rc rc) {
  const int64_t end_ns = monotonic_ns();
  if (order.has_fresh_pages) test_page_.reset();
  for (Page* page : {scope_page_.get(), test_page_.get()})
    if (page != nullptr) page->release_all();
  if (is_own_process_) report_leaks();
  if (scope_->process && libraries_->changing_calls().threads) look_for_threads();
  worker_.end_leases(false);
  if (severity(worker_.worst) > severity(rc)) rc = worker_.worst;
  for (const auto& [key, json] : worker_.metadata.end_attempt(rc == E2E_PASS, !order.has_fresh_pages))
    worker_.send(WorkerReport::metadata, ByteWriter().put(key).put(json));
  if (is_own_process_ && !worker_.channel.is_open()) {
    // Nobody can be told of anything any more: the host reads this from the slot's memory.
    worker_.block.exit_note = ExitNote::channel_closed;
    ::_exit(1);
  }
  // One that was told to end is out of time, whatever it came to then.
  if (severity(rc) > severity(E2E_SKIP) || worker_.has_stop_wish()) worker_.report_bodies();
  worker_.forget_bodies();
  capture_.end_attempt(worker_.block.marker);
  worker_.send(WorkerReport::attempt_finished,
               ByteWriter().put(test.test).put(attempt).put(rc).put(end_ns).put(worker_.attempt_waited_ns));
  worker_.block.begin_stretch();
  worker_.block.enter(phase_finishing);
  worker_.block.test = SlotBlock::no_test;
  worker_.attempt = 0;
}

void UnitRunner::report_leaks() {
  if (!has_children()) return;
  for (const auto& process : kill_children([](pid_t) { return false; })) {
    worker_.worst = severity(worker_.worst) < severity(E2E_FAIL) ? E2E_FAIL : worker_.worst.load();
    worker_.send(WorkerReport::leaked, ByteWriter().put(worker_.cleaned(process)));
  }
}

void UnitRunner::look_for_threads() {
  const size_t left = threads_.left(worker_.unfinished_lookups);
  if (left == 0) return;
  worker_.report_note(
      fmt::format("left {} behind, so its worker is not used again (threads that are to outlive a test are "
                  "started in before_all)",
                  left == 1 ? "a thread" : fmt::format("{} threads", left)));
  is_spent_ = is_unit_over_ = true;
}

void UnitRunner::close_scope() {
  if (!scope_) return;
  if (scope_->is_open) {
    worker_.worst = E2E_PASS;
    worker_.test_id = fmt::format("{}-w{}-s{}", worker_.run.run_id, worker_.worker, scopes_opened_);
    worker_.attempt_start_ns = monotonic_ns();
    worker_.block.begin_stretch();
    worker_.block.enter(E2E_PHASE_AFTER_ALL);
    const e2e_rc rc = instance_->plugin().scope_close(instance_->context(), scope_->handle);
    keep_copies_out();
    // What before_all has set is not for the next service.
    if (will_go_on_ && process_) process_->put_back(libraries_->changing_calls());
    if (is_own_process_) report_leaks();
    if (will_go_on_)
      capture_.end_attempt(worker_.block.marker);
    else
      capture_.flush();
    const e2e_rc verdict = severity(worker_.worst) > severity(rc) ? worker_.worst.load() : rc;
    worker_.forget_bodies();
    worker_.send(WorkerReport::scope_closed, ByteWriter().put(instance_->service()).put(verdict));
    worker_.block.begin_stretch();
    worker_.block.enter(phase_finishing);
  }
  worker_.end_leases(true);
  scope_.reset();
  test_page_.reset();
  scope_page_.reset();
}

}  // namespace e2e::host
