#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/verdict.hpp"
#include "schedule/held_resources.hpp"
#include "schedule/partition.hpp"
#include "schedule/plan.hpp"
#include "schedule/ready_units.hpp"

namespace e2e::host {

/// A test of a unit.
struct UnitTest {
  uint32_t test = 0;           ///< index into Plan::tests
  uint32_t first_attempt = 1;  ///< the number its next attempt has; above 1 if earlier ones failed
};

/// A unit, handed out to a slot. What to do with it: unless `continues_scope`, open a scope of `service`; run
/// the tests in this order; unless `keeps_scope`, close the scope. Without tests it only asks to close the
/// slot's open scope.
struct Assignment {
  uint64_t unit = 0;     ///< names it in the facts about it; above 0, never used twice
  uint32_t service = 0;  ///< index into Plan::services
  std::vector<UnitTest> tests;
  bool continues_scope = false;  ///< the slot has a scope of this service open, from its last assignment
  bool keeps_scope = false;      ///< leave the scope open: the next assignment continues or closes it
};

/// Decides what runs next and on which slot, and what became of each test.
///
/// A pure state machine: it is told facts in the order they happened, and asked. Its answers depend on
/// nothing else. Not thread-safe. Calls with facts that cannot be throw std::logic_error ("internal error:
/// ...") and change nothing.
///
/// Units. In mode `service`: all tests of a service, dependencies first, then by priority, then canonical;
/// divided where services depend on each other in both directions. The worker retries in place and passes
/// over tests whose dependency within the unit did not pass; no attempt is made of them. In mode
/// `test`: one attempt of one test. A unit is handed out when everything it depends on is final. Tests whose
/// dependency outside the unit did not pass are never handed out.
///
/// Picking order: what was put back and retries; priority; the longest chain of dependents; more tests;
/// canonical. In a plan with places: what was put back and retries; the lowest place. Before that: a slot
/// with an open scope gets that service's units while there are ready ones, and otherwise is asked to close
/// the scope as soon as there is other work for it, or none of the service's is left.
///
/// Resources. A unit has what its tests need from when it is handed out until it ends. One that can't have
/// all of it is passed over, and keeps its rank; so units wait for resources without holding any.
///
/// Limits count slots that run a unit of a service or hold a scope of it open, whichever of its plugins it
/// is. A scope that keeps another plugin of its service waiting is closed as soon as it has nothing to do.
/// When a unit of an `exclusive` service is the best, nothing is handed out until all slots have drained; it
/// runs alone, from the opening of its scope to its end.
///
/// next() is O(log tests) for each test handed out, a fact O(log tests) for each test it decides or puts
/// back.
class Scheduler {
 public:
  /// What became of a test.
  struct Final {
    uint32_t test = 0;  ///< index into Plan::tests
    Outcome outcome = Outcome::not_run;
    /// Why, where no attempt says it: "depends on a::m::x, which failed" (the first in declared order that
    /// did not pass), "its worker ended 3 times before an attempt did", "stopped after attempt 1 of 3". Else
    /// empty.
    std::string reason;
  };

  /// How often in a row a unit may end without an attempt before its tests are `failed`: else a plugin that
  /// kills its worker outside any attempt would be started for ever. Ends after stop() do not count.
  static constexpr uint32_t max_fruitless_ends = 3;

  /// `slots`: how many there are, 0 behaves as 1. `fail_fast`: stop by itself at that many failed tests, 0:
  /// never. Throws std::invalid_argument if the plan has an index out of range, a dependency cycle, or
  /// max_attempts 0.
  Scheduler(Plan plan, uint32_t slots, uint32_t fail_fast);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// What the idle slot `slot` is to do next; nullopt: nothing now, ask again for each idle slot after each
  /// fact. After stop() only scopes still open are closed. Throws std::logic_error if the slot runs a unit.
  std::optional<Assignment> next(uint32_t slot);

  /// An attempt ended. Throws std::logic_error unless accepts(), and if a test passed that will_be_skipped().
  /// With any other status such a test is skipped: its worker may die on the point of saying so.
  void attempt_finished(uint64_t unit, uint32_t test, uint32_t attempt, Status status);

  /// The worker has done with the unit: all of it, or it was told to stop early. What has no outcome yet is
  /// put back: as a new unit, in the same order, ahead of fresh work. Throws std::logic_error unless
  /// is_running().
  void unit_finished(uint64_t unit);

  /// The unit's worker is gone, and any scope with it: it crashed, timed out or was killed. Tell the attempt
  /// it was running first, if there was one. Attempts told so far stand; the rest as with unit_finished().
  void worker_lost(uint64_t unit);

  /// The unit never began: there was no worker to give it to. It is put back as it was, for any slot, and no
  /// try of it is counted. Throws std::logic_error unless is_running().
  void not_started(uint64_t unit);

  /// The scope that an idle slot holds open is gone, closed or with its worker. No effect if it holds none.
  /// Throws std::logic_error if the slot runs a unit.
  void scope_closed(uint32_t slot);

  /// Hands out no more tests of that service, an index into Plan::services: those that have no outcome and
  /// don't run are not_run for that reason, now or when what holds them back is over. How many that are by
  /// now.
  size_t give_up(uint32_t service, const std::string& reason);

  /// Hands out no more tests. Idempotent.
  void stop();

  /// Ends the run: what has no outcome becomes not_run, running units and open scopes are forgotten.
  /// Idempotent.
  void finish();

  /// Outcomes decided since the last call, in the order they were; over the run each test exactly once.
  std::vector<Final> take_finals();

  /// True if the unit has been handed out and has not ended.
  bool is_running(uint64_t unit) const { return running_.count(unit) != 0; }

  /// True if that attempt may end now: the unit runs and has the test, which has no outcome and
  /// whose dependencies all have one; it is the attempt's turn; in mode `test`, it is the unit's only one.
  bool accepts(uint64_t unit, uint32_t test, uint32_t attempt) const;

  /// True if the test was or will be skipped because of a dependency, direct or not, that did not pass. Such
  /// a test gets its outcome without an attempt, at the latest when its unit ends. `test` is an index into
  /// Plan::tests.
  bool will_be_skipped(uint32_t test) const { return tests_.at(test).is_doomed; }

  /// True after stop(), finish(), or when fail-fast struck: workers should stop after the current test.
  bool is_stopped() const { return is_stopped_; }

  /// True if no unit runs and none will be handed out any more, not even to close a scope.
  bool is_done() const;

 private:
  struct TestState {
    uint32_t part = 0;
    uint32_t missing = 0;    ///< dependencies that have no outcome yet
    uint32_t attempts = 0;   ///< told so far
    uint64_t unit = 0;       ///< the running unit it is in; 0: none
    bool is_doomed = false;  ///< a dependency did not pass, or is doomed: it will be skipped
    std::optional<Outcome> outcome;
  };
  struct Running {
    uint32_t service = 0;
    uint32_t slot = 0;
    uint32_t part = 0;
    uint32_t fruitless_ends = 0;  ///< before this time
    bool keeps_scope = false;
    bool has_attempt = false;
    std::vector<uint32_t> tests;
  };
  struct Slot {
    std::optional<uint32_t> service;  ///< whose unit it runs or whose scope it holds open
    uint64_t unit = 0;                ///< 0: idle
  };
  struct ServiceState {
    uint32_t group = 0;    ///< index into groups_
    uint64_t left = 0;     ///< tests that may yet be handed out
    std::string given_up;  ///< why; empty: it is not
  };
  /// The services of one name, which share its limits.
  struct Group {
    uint32_t slots = 0;  ///< that run a unit of one or hold its scope open
    uint32_t limit = 0;  ///< of slots
    std::vector<uint32_t> members;
  };

  /// Takes ready units that can't have their resources out of the queues, so that the best of each can be
  /// handed out.
  void pass_over_blocked();
  void offer_blocked();
  std::optional<Assignment> next_exclusive(uint32_t slot);
  std::optional<Assignment> next_shared(uint32_t slot);
  bool is_turn_of_exclusive(const Slot& here) const;
  Assignment hand_out(uint32_t service, uint32_t slot);
  Assignment close_scope(uint32_t slot);
  Assignment start(uint32_t slot, Assignment assignment, Running running);
  void form_groups();
  void set_offered(const Group& group, bool is_offered);
  bool keeps_others_waiting(uint32_t service) const;
  void occupy(uint32_t slot, uint32_t service);
  void release(uint32_t slot);

  enum class UnitEnd { finished, worker_lost, not_started };
  void end_unit(uint64_t unit, UnitEnd how);
  /// Decides what is ready of services that were given up.
  size_t drop_given_up();
  void put_back(const Running& ended, uint32_t fruitless_ends, std::vector<uint32_t> rest);
  void enqueue_part(uint32_t part);
  Rank rank_of(uint32_t part, bool is_put_back, const std::vector<uint32_t>& tests) const;
  /// By the status of the test's latest attempt: decides, or leaves it to the next one.
  void decide_by(Status status, uint32_t test);
  void decide(uint32_t test, Outcome outcome, std::string reason);
  void decide_one(uint32_t test, Outcome outcome, std::string reason, std::vector<uint32_t>& undecided);
  void doom(uint32_t test);
  std::string dependency_reason(uint32_t test) const;

  const Slot& idle_slot(uint32_t slot) const;
  const PlannedService& planned(uint32_t service) const { return plan_.services[service]; }
  ReadyUnits& ready_units(uint32_t service) { return planned(service).exclusive ? exclusive_ : shared_; }

  const Plan plan_;
  const Graph dependencies_;
  const Graph dependents_;
  const std::vector<Part> parts_;
  const uint32_t fail_fast_;
  std::vector<TestState> tests_;
  std::vector<ServiceState> services_;
  std::vector<Group> groups_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> part_missing_;  ///< dependencies on other parts that have no outcome yet
  ReadyUnits shared_;                   ///< of services that are not exclusive
  ReadyUnits exclusive_;
  std::vector<std::pair<uint32_t, ReadyUnit>> blocked_;  ///< with their services
  HeldResources resources_;
  std::unordered_map<uint64_t, Running> running_;
  std::vector<Final> finals_;
  std::vector<uint32_t> given_up_;
  std::optional<uint32_t> exclusive_slot_;  ///< serves an exclusive service: nothing else may start
  bool is_draining_ = false;                ///< an exclusive unit waits for all slots to be idle
  bool is_stopped_ = false;
  uint32_t slots_in_use_ = 0;  ///< that run a unit or hold a scope open
  uint32_t failed_ = 0;
  uint64_t last_unit_ = 0;
};

}  // namespace e2e::host
