#include "schedule/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "schedule/skip_reason.hpp"

namespace e2e::host {
namespace {

template <typename... Args>
void require(bool condition, fmt::format_string<Args...> text, Args&&... args) {
  if (condition) return;
  throw std::logic_error("internal error: scheduler: " + fmt::format(text, std::forward<Args>(args)...));
}

uint32_t limit_of(const PlannedService& service) {
  if (service.exclusive || !service.parallel) return 1;
  return service.max_workers == 0 ? std::numeric_limits<uint32_t>::max() : service.max_workers;
}

}  // namespace

Scheduler::Scheduler(Plan plan, uint32_t slots, uint32_t fail_fast)
    : plan_(std::move(plan)),
      dependencies_(dependencies_of(plan_)),
      dependents_(reversed(dependencies_)),
      parts_(partition(plan_, dependencies_)),
      fail_fast_(fail_fast),
      tests_(plan_.tests.size()),
      services_(plan_.services.size()),
      slots_(std::max<uint32_t>(slots, 1)),
      part_missing_(parts_.size()),
      shared_(static_cast<uint32_t>(plan_.services.size())),
      exclusive_(static_cast<uint32_t>(plan_.services.size())),
      resources_(plan_) {
  form_groups();
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    for (const uint32_t test : parts_[part].tests) tests_[test].part = part;
    services_[parts_[part].service].left += parts_[part].tests.size();
  }
  for (uint32_t test = 0; test < tests_.size(); ++test) {
    tests_[test].missing = static_cast<uint32_t>(dependencies_[test].size());
    for (const uint32_t dependency : dependencies_[test]) {
      if (tests_[dependency].part != tests_[test].part) ++part_missing_[tests_[test].part];
    }
  }
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    if (part_missing_[part] == 0) enqueue_part(part);
  }
}

void Scheduler::form_groups() {
  std::unordered_map<std::string, uint32_t> group_of;
  for (uint32_t service = 0; service < services_.size(); ++service) {
    const auto [known, is_new] =
        group_of.emplace(planned(service).name, static_cast<uint32_t>(groups_.size()));
    if (is_new) groups_.push_back({0, limit_of(planned(service)), {}});
    Group& group = groups_[known->second];
    if (limit_of(planned(service)) != group.limit ||
        (!is_new && planned(service).exclusive != planned(group.members.front()).exclusive))
      throw std::invalid_argument(
          fmt::format("internal error: plan: {} has two limits", planned(service).name));
    group.members.push_back(service);
    services_[service].group = known->second;
  }
}

// Handing out

void Scheduler::offer_blocked() {
  for (auto& [service, unit] : std::exchange(blocked_, {}))
    ready_units(service).add(service, std::move(unit));
}

void Scheduler::pass_over_blocked() {
  if (!resources_.are_needed()) return;
  for (uint32_t service = 0; service < services_.size(); ++service) {
    ReadyUnits& ready = ready_units(service);
    while (ready.best(service) && resources_.is_blocked(ready.best_tests(service)))
      blocked_.emplace_back(service, ready.take(service));
  }
}

std::optional<Assignment> Scheduler::next(uint32_t slot) {
  const Slot& here = idle_slot(slot);
  pass_over_blocked();
  if (exclusive_slot_) {
    if (*exclusive_slot_ != slot) return std::nullopt;
    // Idle and yet serving an exclusive service: its scope is open.
    if (!is_stopped_ && exclusive_.best(*here.service)) return hand_out(*here.service, slot);
    return close_scope(slot);
  }
  if (is_stopped_) {
    if (!here.service) return std::nullopt;
    return close_scope(slot);
  }
  return is_draining_ || is_turn_of_exclusive(here) ? next_exclusive(slot) : next_shared(slot);
}

bool Scheduler::is_turn_of_exclusive(const Slot& here) const {
  const auto exclusive = exclusive_.best_offered();
  if (!exclusive) return false;
  const Rank& rank = *exclusive_.best(*exclusive);
  const Rank* own = here.service ? shared_.best(*here.service) : nullptr;
  const auto shared = shared_.best_offered();
  return (!own || rank < *own) && (!shared || rank < *shared_.best(*shared));
}

std::optional<Assignment> Scheduler::next_exclusive(uint32_t slot) {
  // The decision stands until the unit runs, or better shared units that become ready meanwhile could starve
  // it.
  is_draining_ = true;
  if (!running_.empty()) return std::nullopt;
  if (slots_[slot].service) return close_scope(slot);
  is_draining_ = false;
  return hand_out(*exclusive_.best_offered(), slot);
}

std::optional<Assignment> Scheduler::next_shared(uint32_t slot) {
  const Slot& here = slots_[slot];
  const auto best = shared_.best_offered();
  if (!here.service) {
    if (!best) return std::nullopt;
    return hand_out(*best, slot);
  }
  if (shared_.best(*here.service)) return hand_out(*here.service, slot);
  if (best || services_[*here.service].left == 0 || keeps_others_waiting(*here.service))
    return close_scope(slot);
  return std::nullopt;
}

/// Without this a scope whose tests wait for another plugin of the service would hold its limit for ever.
bool Scheduler::keeps_others_waiting(uint32_t service) const {
  const auto& members = groups_[services_[service].group].members;
  return std::any_of(members.begin(), members.end(),
                     [this](uint32_t member) { return shared_.best(member) != nullptr; });
}

Assignment Scheduler::hand_out(uint32_t service, uint32_t slot) {
  ReadyUnit ready = ready_units(service).take(service);
  Assignment assignment;
  assignment.service = service;
  assignment.continues_scope = slots_[slot].service == service;
  assignment.keeps_scope = keeps_scope(planned(service));
  for (const uint32_t test : ready.tests) assignment.tests.push_back({test, tests_[test].attempts + 1});
  services_[service].left -= ready.tests.size();
  return start(slot, std::move(assignment),
               {service, slot, ready.part, ready.fruitless_ends, keeps_scope(planned(service)), false,
                std::move(ready.tests)});
}

Assignment Scheduler::close_scope(uint32_t slot) {
  Assignment assignment;
  assignment.service = *slots_[slot].service;
  assignment.continues_scope = true;
  return start(slot, std::move(assignment), {*slots_[slot].service, slot, 0, 0, false, false, {}});
}

Assignment Scheduler::start(uint32_t slot, Assignment assignment, Running running) {
  assignment.unit = ++last_unit_;
  for (const uint32_t test : running.tests) tests_[test].unit = assignment.unit;
  if (resources_.are_needed()) resources_.take(running.tests);
  occupy(slot, running.service);
  slots_[slot].unit = assignment.unit;
  running_.emplace(assignment.unit, std::move(running));
  return assignment;
}

void Scheduler::occupy(uint32_t slot, uint32_t service) {
  if (slots_[slot].service == service) return;
  slots_[slot].service = service;
  ++slots_in_use_;
  Group& group = groups_[services_[service].group];
  ++group.slots;
  if (planned(service).exclusive) {
    exclusive_slot_ = slot;
  } else if (group.slots == group.limit) {
    set_offered(group, false);
  }
}

void Scheduler::set_offered(const Group& group, bool is_offered) {
  for (const uint32_t service : group.members) shared_.set_offered(service, is_offered);
}

void Scheduler::release(uint32_t slot) {
  if (!slots_[slot].service) return;
  const uint32_t service = *slots_[slot].service;
  slots_[slot].service.reset();
  --slots_in_use_;
  Group& group = groups_[services_[service].group];
  if (planned(service).exclusive) {
    exclusive_slot_.reset();
  } else if (group.slots == group.limit) {
    set_offered(group, true);
  }
  --group.slots;
}

// Facts

bool Scheduler::accepts(uint64_t unit, uint32_t test, uint32_t attempt) const {
  const auto found = running_.find(unit);
  if (found == running_.end() || test >= tests_.size()) return false;
  const TestState& state = tests_[test];
  if (state.unit != unit || state.outcome || state.missing != 0) return false;
  if (planned(found->second.service).mode == Mode::test && found->second.has_attempt) return false;
  return attempt == state.attempts + 1;
}

void Scheduler::attempt_finished(uint64_t unit, uint32_t test, uint32_t attempt, Status status) {
  require(accepts(unit, test, attempt), "attempt {} of test {} in unit {} cannot end now", attempt, test,
          unit);
  const TestState& state = tests_[test];
  require(!state.is_doomed || status != Status::passed, "test {} passed though it {}", test,
          dependency_reason(test));
  tests_[test].attempts = attempt;
  running_.at(unit).has_attempt = true;
  if (state.is_doomed)
    decide(test, Outcome::skipped, dependency_reason(test));
  else
    decide_by(status, test);
  // What was waiting for it may be ready now.
  if (!is_stopped_) drop_given_up();
}

void Scheduler::decide_by(Status status, uint32_t test) {
  const uint32_t attempts = tests_[test].attempts;
  switch (status) {
    case Status::passed:
      return decide(test, attempts > 1 ? Outcome::flaky : Outcome::passed, "");
    case Status::skipped:
      return decide(test, Outcome::skipped, "");
    case Status::interrupted:
      return decide(test, Outcome::not_run, "");
    case Status::failed:
    case Status::error:
    case Status::crashed:
    case Status::timed_out:
      if (attempts >= plan_.tests[test].max_attempts) decide(test, Outcome::failed, "");
      return;
  }
}

void Scheduler::unit_finished(uint64_t unit) { end_unit(unit, UnitEnd::finished); }

void Scheduler::worker_lost(uint64_t unit) { end_unit(unit, UnitEnd::worker_lost); }

void Scheduler::not_started(uint64_t unit) { end_unit(unit, UnitEnd::not_started); }

void Scheduler::scope_closed(uint32_t slot) {
  idle_slot(slot);
  release(slot);
}

size_t Scheduler::give_up(uint32_t service, const std::string& reason) {
  require(service < services_.size(), "no service {}", service);
  if (services_[service].given_up.empty()) given_up_.push_back(service);
  services_[service].given_up = reason;
  return drop_given_up();
}

size_t Scheduler::drop_given_up() {
  offer_blocked();
  size_t dropped = 0;
  // What becomes of one can make others ready, also of a service that was looked at before.
  for (bool has_dropped = true; has_dropped;) {
    has_dropped = false;
    for (const uint32_t service : given_up_)
      while (ready_units(service).best(service)) {
        has_dropped = true;
        const ReadyUnit unit = ready_units(service).take(service);
        for (const uint32_t test : unit.tests) {
          if (tests_[test].outcome || tests_[test].is_doomed) continue;
          decide(test, Outcome::not_run, services_[service].given_up);
          ++dropped;
        }
      }
  }
  return dropped;
}

void Scheduler::stop() {
  is_stopped_ = true;
  is_draining_ = false;
}

void Scheduler::finish() {
  stop();
  running_.clear();
  blocked_.clear();
  resources_.give_back_all();
  for (uint32_t slot = 0; slot < slots_.size(); ++slot) {
    slots_[slot].unit = 0;
    release(slot);
  }
  for (uint32_t test = 0; test < tests_.size(); ++test) {
    TestState& state = tests_[test];
    if (state.outcome) continue;
    state.outcome = Outcome::not_run;
    std::string reason;
    if (state.attempts > 0) {
      reason = fmt::format("stopped after attempt {} of {}", state.attempts, plan_.tests[test].max_attempts);
    }
    finals_.push_back({test, Outcome::not_run, std::move(reason)});
  }
}

void Scheduler::end_unit(uint64_t unit, UnitEnd how) {
  const auto found = running_.find(unit);
  require(found != running_.end(), "unit {} does not run", unit);
  const Running ended = std::move(found->second);
  running_.erase(found);
  slots_[ended.slot].unit = 0;
  if (resources_.are_needed()) {
    resources_.give_back(ended.tests);
    offer_blocked();
  }
  if (how != UnitEnd::finished || !ended.keeps_scope) release(ended.slot);

  std::vector<uint32_t> rest;
  for (const uint32_t test : ended.tests) {
    TestState& state = tests_[test];
    state.unit = 0;
    if (state.outcome) continue;
    if (!state.is_doomed) {
      ++services_[ended.service].left;
      rest.push_back(test);
    } else if (state.missing == 0) {
      decide(test, Outcome::skipped, dependency_reason(test));
    }
  }
  const bool counts = how != UnitEnd::not_started;
  const uint32_t fruitless_ends = ended.has_attempt ? 0 : ended.fruitless_ends + (counts ? 1 : 0);
  if (!rest.empty() && !is_stopped_) put_back(ended, fruitless_ends, std::move(rest));
  if (!is_stopped_) drop_given_up();
}

void Scheduler::put_back(const Running& ended, uint32_t fruitless_ends, std::vector<uint32_t> rest) {
  if (fruitless_ends == max_fruitless_ends) {
    for (const uint32_t test : rest) {
      if (tests_[test].is_doomed || tests_[test].outcome) continue;
      decide(test, Outcome::failed,
             fmt::format("its worker ended {} times before an attempt did", fruitless_ends));
    }
    return;
  }
  const Rank rank = rank_of(ended.part, true, rest);
  ready_units(ended.service).add(ended.service, {rank, ended.part, fruitless_ends, std::move(rest)});
}

void Scheduler::enqueue_part(uint32_t part) {
  const Part& planned_part = parts_[part];
  ReadyUnit unit{{}, part, 0, {}};
  for (const uint32_t test : planned_part.tests)
    if (!tests_[test].is_doomed) unit.tests.push_back(test);
  if (unit.tests.empty()) return;
  unit.rank = rank_of(part, false, unit.tests);
  ready_units(planned_part.service).add(planned_part.service, std::move(unit));
}

Rank Scheduler::rank_of(uint32_t part, bool is_put_back, const std::vector<uint32_t>& tests) const {
  Rank rank{is_put_back, Priority::low, parts_[part].chain, static_cast<uint32_t>(tests.size()),
            plan_.place_of(tests.front())};
  for (const uint32_t test : tests) {
    rank.priority = std::max(rank.priority, plan_.priority_of(test));
    rank.first = std::min(rank.first, plan_.place_of(test));
  }
  // An order that was asked for is not to be improved.
  if (!plan_.places.empty()) rank.chain = rank.size = 0;
  return rank;
}

// Outcomes

void Scheduler::decide(uint32_t test, Outcome outcome, std::string reason) {
  // What a skip decides is decided in turn, without recursion: chains can be as long as the plan.
  std::vector<uint32_t> undecided;
  decide_one(test, outcome, std::move(reason), undecided);
  for (std::size_t i = 0; i < undecided.size(); ++i) {
    decide_one(undecided[i], Outcome::skipped, dependency_reason(undecided[i]), undecided);
  }
}

void Scheduler::decide_one(uint32_t test, Outcome outcome, std::string reason,
                           std::vector<uint32_t>& undecided) {
  TestState& state = tests_[test];
  if (state.unit == 0 && !state.is_doomed) --services_[plan_.tests[test].service].left;
  state.outcome = outcome;
  finals_.push_back({test, outcome, std::move(reason)});
  if (outcome == Outcome::failed && ++failed_ == fail_fast_) stop();

  for (const uint32_t dependent : dependents_[test]) {
    TestState& waiting = tests_[dependent];
    --waiting.missing;
    if (!has_passed(outcome)) doom(dependent);
    if (waiting.part != state.part && --part_missing_[waiting.part] == 0) enqueue_part(waiting.part);
    // In a running unit it is the worker that skips it, and reports that.
    if (waiting.missing == 0 && waiting.is_doomed && waiting.unit == 0) undecided.push_back(dependent);
  }
}

void Scheduler::doom(uint32_t test) {
  std::vector<uint32_t> doomed{test};
  while (!doomed.empty()) {
    const uint32_t next_test = doomed.back();
    doomed.pop_back();
    TestState& state = tests_[next_test];
    if (state.is_doomed) continue;
    state.is_doomed = true;
    if (state.unit == 0) --services_[plan_.tests[next_test].service].left;
    doomed.insert(doomed.end(), dependents_[next_test].begin(), dependents_[next_test].end());
  }
}

std::string Scheduler::dependency_reason(uint32_t test) const {
  for (const uint32_t dependency : plan_.tests[test].depends_on) {
    const auto& outcome = tests_[dependency].outcome;
    if (!outcome || has_passed(*outcome)) continue;
    return dependency_skip_reason(plan_.tests[dependency].id, *outcome);
  }
  return "";
}

std::vector<Scheduler::Final> Scheduler::take_finals() { return std::exchange(finals_, {}); }

bool Scheduler::is_done() const {
  return slots_in_use_ == 0 && (is_stopped_ || (shared_.empty() && exclusive_.empty() && blocked_.empty()));
}

const Scheduler::Slot& Scheduler::idle_slot(uint32_t slot) const {
  require(slot < slots_.size(), "no slot {}", slot);
  require(slots_[slot].unit == 0, "slot {} runs unit {}", slot, slots_[slot].unit);
  return slots_[slot];
}

}  // namespace e2e::host
