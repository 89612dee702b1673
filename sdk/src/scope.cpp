#include "scope.hpp"

#include "e2e/plugin.hpp"

namespace e2e::detail {

PageObjects::PageObjects(Instance& instance, e2e_page* page)
    : binding_{&instance, page}, serial_(instance.api().page->serial(instance.api().host, page)) {}

Page* PageObjects::get(const Body& body) {
  for (const Made& made : made_) {
    if (made.make == body.make_page) return made.object.get();
  }
  std::unique_ptr<Page> object(body.make_page(binding_));
  made_.push_back({body.make_page, std::move(object)});
  return made_.back().object.get();
}

Scope::Scope(Instance& instance, e2e_page* page)
    : instance_(instance),
      frame_(instance, this),
      scope_pages_(std::make_unique<PageObjects>(instance, page)) {}

const std::string* Scope::once_per_run(std::string_view name) const {
  const auto found = once_results_.find(name);
  return found == once_results_.end() ? nullptr : &found->second;
}

PageObjects& Scope::pages_for(e2e_page* page) {
  const HostApi& api = instance_.api();
  const std::uint64_t serial = api.page->serial(api.host, page);
  if (scope_pages_->are_for(serial)) return *scope_pages_;
  if (!attempt_pages_ || !attempt_pages_->are_for(serial)) {
    attempt_pages_.reset();
    attempt_pages_ = std::make_unique<PageObjects>(instance_, page);
  }
  return *attempt_pages_;
}

void Scope::run_fixture(Frame& frame, PageObjects& pages, const FixtureEntry& fixture,
                        std::uint32_t phase) noexcept {
  const HostApi& api = instance_.api();
  api.report->phase(api.host, phase, to_str(fixture.name));
  run_guarded(frame, fixture.where,
              [&] { fixture.body.invoke(fixture.body.function, pages.get(fixture.body), nullptr); });
}

void Scope::run_after(Frame& frame, PageObjects& pages, FixtureKind kind, std::uint32_t phase) noexcept {
  const auto& fixtures = instance_.fixtures(kind);
  for (auto fixture = fixtures.rbegin(); fixture != fixtures.rend(); ++fixture) {
    run_fixture(frame, pages, *fixture, phase);
  }
}

void Scope::run_claimed(const FixtureEntry& fixture, const std::string& key) {
  const HostApi& api = instance_.api();
  // A frame of its own, to know how this fixture went apart from the scope.
  Frame frame(instance_, this);
  frame.is_once_per_run = true;
  JsonValue result;
  {
    const EnteredFrame entered(frame);
    run_guarded(frame, fixture.where, [&] {
      fixture.body.invoke(fixture.body.function, scope_pages_->get(fixture.body), &result);
    });
  }
  if (frame.is_cancelled) frame_.is_cancelled = true;
  frame_.raise_to(frame.worst);
  const e2e_rc rc = frame.verdict();
  if (rc == E2E_PASS) {
    once_results_[fixture.name] = result.text();
    api.state->once_end(api.host, to_str(key), rc, to_str(result.text()));
    return;
  }
  std::string reason = frame.first_failure;
  if (reason.empty()) reason = rc == E2E_CANCELLED ? "it was cancelled" : "it failed";
  api.state->once_end(api.host, to_str(key), rc, to_str(reason));
}

void Scope::run_once_per_run(const FixtureEntry& fixture) {
  const HostApi& api = instance_.api();
  api.report->phase(api.host, E2E_PHASE_ONCE_PER_RUN, to_str(fixture.name));
  const std::string key = to_string(api.host->service) + "::" + plugin_info.id + "::" + fixture.name;
  e2e_str json{};
  switch (api.state->once_begin(api.host, to_str(key), &json)) {
    case E2E_PASS:
      once_results_[fixture.name] = to_string(json);
      break;
    case E2E_SKIP:
      run_claimed(fixture, key);
      break;
    case E2E_CANCELLED:
      frame_.is_cancelled = true;
      break;
    default: {
      Failure failure;
      failure.where = fixture.where;
      const std::string message = "once_per_run \"" + fixture.name + "\" has failed: " + to_string(json);
      failure.message = message;
      report_failure(frame_, failure, E2E_FAILURE_ERROR);
    }
  }
}

e2e_rc Scope::open() noexcept {
  const EnteredFrame entered(frame_);
  for (const FixtureEntry& fixture : instance_.fixtures(FixtureKind::once_per_run)) {
    if (frame_.verdict() != E2E_PASS) break;
    frame_.last_seen = frame_.declared = fixture.where;
    run_once_per_run(fixture);
  }
  const bool is_ready = frame_.verdict() == E2E_PASS;
  for (const FixtureEntry& fixture : instance_.fixtures(FixtureKind::before_all)) {
    if (frame_.verdict() != E2E_PASS) break;
    run_fixture(frame_, *scope_pages_, fixture, E2E_PHASE_BEFORE_ALL);
  }
  const e2e_rc verdict = frame_.verdict();
  if (verdict != E2E_PASS) {
    tear_down(is_ready);
  } else {
    instance_.responses().end_attempt();
  }
  return verdict;
}

e2e_rc Scope::close() noexcept {
  const EnteredFrame entered(frame_);
  tear_down(true);
  return frame_.verdict();
}

void Scope::tear_down(bool with_after_all) noexcept {
  attempt_pages_.reset();
  if (with_after_all) run_after(frame_, *scope_pages_, FixtureKind::after_all, E2E_PHASE_AFTER_ALL);
  run_cleanups(frame_);
  scope_pages_.reset();
  instance_.responses().end_attempt();
}

e2e_rc Scope::run(const TestEntry& test, e2e_page* page) noexcept {
  const HostApi& api = instance_.api();
  Frame frame(instance_, this);
  const EnteredFrame entered(frame);
  frame.declared = test.where;
  PageObjects& pages = pages_for(page);
  for (const FixtureEntry& fixture : instance_.fixtures(FixtureKind::before_each)) {
    if (frame.verdict() != E2E_PASS) break;
    run_fixture(frame, pages, fixture, E2E_PHASE_BEFORE_EACH);
  }
  if (frame.verdict() == E2E_PASS) {
    api.report->phase(api.host, E2E_PHASE_BODY, to_str(""));
    run_guarded(frame, test.where, [&] {
      Page* const object = pages.get(test.body);
      if (test.made)
        test.made->call->call(*object);
      else
        test.body.invoke(test.body.function, object, nullptr);
    });
  }
  run_after(frame, pages, FixtureKind::after_each, E2E_PHASE_AFTER_EACH);
  run_cleanups(frame);
  instance_.responses().end_attempt();
  return frame.verdict();
}

}  // namespace e2e::detail
