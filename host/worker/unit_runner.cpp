#include "worker/unit_runner.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "base/clock.hpp"
#include "config/expansion.hpp"
#include "page/page.hpp"
#include "schedule/skip_reason.hpp"
#include "worker/processes.hpp"

namespace e2e::host {
namespace {

/// What the last attempt came to, in the words of an outcome.
Outcome outcome_of(e2e_rc rc) {
  switch (rc) {
    case E2E_PASS:
      return Outcome::passed;
    case E2E_SKIP:
      return Outcome::skipped;
    default:
      return Outcome::failed;
  }
}

bool has_children() {
  siginfo_t ended{};
  return ::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

}  // namespace

UnitRunner::UnitRunner(WorkerState& worker, CaptureEnds& capture, bool is_own_process)
    : worker_(worker), capture_(capture), is_own_process_(is_own_process) {}

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
    instances_.push_back(std::make_unique<PluginInstance>(order.plugin_path, order.service.name, worker_));
    instance_ = instances_.back().get();
  }
  if (instance_->list_fingerprint() != order.list_fingerprint)
    throw std::runtime_error(order.plugin_path +
                             ": lists other tests now than when it was described; a list must not depend on "
                             "the process it is made in (build it into the plugin, or make it from config)");
}

std::unique_ptr<Page> UnitRunner::make_page(const UnitOrder& order) {
  PageSettings settings;
  settings.service = order.service.name;
  settings.base_url = expand_worker_names(order.service.base_url, worker_.slot);
  settings.health_endpoint = expand_worker_names(order.service.health_endpoint, worker_.slot);
  settings.timeout_ms = order.service.timeout_ms;
  for (const auto& [name, value] : order.service.headers)
    settings.headers.emplace_back(name, expand_worker_names(value, worker_.slot));
  return std::make_unique<Page>(std::move(settings), worker_.http, worker_);
}

bool UnitRunner::run(const UnitOrder& order) {
  worker_.grace_ms = order.grace_ms;
  worker_.stop_requested = false;
  use_plugin(order);
  worker_.metadata.begin_unit(order.metadata);
  results_.clear();
  if (!scope_) page_ = make_page(order);
  for (const TestOrder& test : order.tests) {
    if (must_stop()) break;
    const auto blocking = [&]() -> const uint32_t* {
      for (const uint32_t& dependency : test.depends_on)
        if (const auto found = results_.find(dependency);
            found != results_.end() && found->second != E2E_PASS)
          return &dependency;
      return nullptr;
    }();
    if (blocking == nullptr) {
      results_[test.test] = run_test(order, test);
      continue;
    }
    std::string dependency_id;
    for (const TestOrder& other : order.tests)
      if (other.test == *blocking) dependency_id = other.full_id;
    skip(order, test, dependency_skip_reason(dependency_id, outcome_of(results_[*blocking])));
    results_[test.test] = E2E_SKIP;
  }
  if (!order.keeps_scope || worker_.has_stop_wish()) close_scope();
  worker_.send(WorkerReport::unit_finished, ByteWriter().put(order.unit), true);
  return !worker_.has_stop_wish() && !worker_.channel.is_lost();
}

bool UnitRunner::must_stop() {
  while (const auto order = worker_.channel.poll_order())
    if (static_cast<WorkerOrder>(order->type) == WorkerOrder::stop) worker_.stop_requested = true;
  return worker_.stop_requested || worker_.has_stop_wish() || worker_.channel.is_lost();
}

e2e_rc UnitRunner::run_test(const UnitOrder& order, const TestOrder& test) {
  e2e_rc rc = E2E_ERROR;
  for (uint32_t attempt = test.first_attempt; attempt <= test.last_attempt; ++attempt) {
    rc = run_attempt(order, test, attempt);
    if (rc == E2E_PASS || rc == E2E_SKIP || must_stop()) break;
  }
  return rc;
}

void UnitRunner::begin_attempt(const TestOrder& test, uint32_t attempt) {
  worker_.attempt = attempt;
  worker_.test_id = fmt::format("{}-t{}-{}", worker_.run.run_id, test.test, attempt);
  worker_.worst = E2E_PASS;
  worker_.attempt_start_ns = monotonic_ns();
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
  if (is_retry && (!scope_ || !order.has_fresh_pages)) page_ = make_page(order);
  e2e_rc rc = E2E_PASS;
  if (!scope_) {
    rc = open_scope();
  } else if (!scope_->is_open) {
    rc = scope_->rc;
    tell_scope_failures();
  }
  if (rc == E2E_PASS) {
    worker_.attempt = attempt;
    worker_.test_id = fmt::format("{}-t{}-{}", worker_.run.run_id, test.test, attempt);
    worker_.metadata.begin_attempt();
    if (order.has_fresh_pages) test_page_ = make_page(order);
    Page* page = order.has_fresh_pages ? test_page_.get() : page_.get();
    worker_.block.enter(E2E_PHASE_BODY);
    rc = instance_->plugin().run(instance_->context(), scope_->handle, {test.id.data(), test.id.size()},
                                 page->handle());
  }
  end_attempt(order, test, attempt, rc);
  return severity(worker_.worst) > severity(rc) ? worker_.worst.load() : rc;
}

e2e_rc UnitRunner::open_scope() {
  worker_.attempt = 0;
  worker_.test_id = fmt::format("{}-w{}-s{}", worker_.run.run_id, worker_.worker, ++scopes_opened_);
  worker_.metadata.begin_scope();
  scope_.emplace();
  worker_.recorded_failures = &scope_->failures;
  worker_.block.enter(E2E_PHASE_BEFORE_ALL);
  scope_->rc = instance_->plugin().scope_open(instance_->context(), page_->handle(), &scope_->handle);
  worker_.recorded_failures = nullptr;
  if (severity(worker_.worst) > severity(scope_->rc)) scope_->rc = worker_.worst;
  // Whatever broke, the tests are not to blame: their fixture is.
  if (scope_->rc == E2E_FAIL) scope_->rc = E2E_ERROR;
  scope_->is_open = scope_->rc == E2E_PASS;
  return scope_->rc;
}

void UnitRunner::tell_scope_failures() {
  for (const auto& failure : scope_->failures) {
    ByteWriter out;
    out.raw(failure);
    worker_.send(WorkerReport::failure, out);
  }
}

void UnitRunner::skip(const UnitOrder& order, const TestOrder& test, const std::string& reason) {
  begin_attempt(test, test.first_attempt);
  worker_.report_skip(reason, {}, 0);
  end_attempt(order, test, test.first_attempt, E2E_SKIP);
}

void UnitRunner::end_attempt(const UnitOrder& order, const TestOrder& test, uint32_t attempt, e2e_rc rc) {
  const int64_t end_ns = monotonic_ns();
  const int64_t waited_ns = worker_.block.waited_ns;
  test_page_.reset();
  if (page_) page_->release_all();
  if (is_own_process_) report_leaks();
  if (severity(worker_.worst) > severity(rc)) rc = worker_.worst;
  for (const auto& [key, json] : worker_.metadata.end_attempt(rc == E2E_PASS, !order.has_fresh_pages))
    worker_.send(WorkerReport::metadata, ByteWriter().put(key).put(json));
  if (is_own_process_ && !worker_.channel.is_open()) {
    // Nobody can be told of anything any more: the host reads this from the slot's memory.
    worker_.block.exit_note = ExitNote::channel_closed;
    ::_exit(1);
  }
  const bool has_markers = capture_.end_attempt(worker_.block.marker);
  worker_.send(WorkerReport::attempt_finished,
               ByteWriter().put(test.test).put(attempt).put(rc).put(end_ns).put(waited_ns).put(has_markers));
  worker_.block.enter(phase_finishing);
  worker_.block.test = SlotBlock::no_test;
  worker_.attempt = 0;
}

void UnitRunner::report_leaks() {
  if (!has_children()) return;
  for (const auto& process : kill_children([](pid_t) { return false; })) {
    worker_.worst = severity(worker_.worst) < severity(E2E_FAIL) ? E2E_FAIL : worker_.worst.load();
    worker_.send(WorkerReport::leaked, ByteWriter().put(process));
  }
}

void UnitRunner::close_scope() {
  if (!scope_) return;
  if (scope_->is_open) {
    worker_.worst = E2E_PASS;
    worker_.test_id = fmt::format("{}-w{}-s{}", worker_.run.run_id, worker_.worker, scopes_opened_);
    worker_.attempt_start_ns = monotonic_ns();
    worker_.block.enter(E2E_PHASE_AFTER_ALL);
    const e2e_rc rc = instance_->plugin().scope_close(instance_->context(), scope_->handle);
    if (is_own_process_) report_leaks();
    capture_.end_attempt(worker_.block.marker);
    const e2e_rc verdict = severity(worker_.worst) > severity(rc) ? worker_.worst.load() : rc;
    worker_.send(WorkerReport::scope_closed, ByteWriter().put(instance_->service()).put(verdict));
    worker_.block.enter(phase_finishing);
  }
  scope_.reset();
  page_.reset();
}

}  // namespace e2e::host
