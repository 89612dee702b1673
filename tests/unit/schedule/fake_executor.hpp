#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "random_plan.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

/// What goes wrong in a run of the fake executor, in percent of the steps where it can.
struct Mischief {
  uint32_t loses_worker = 0;  ///< besides crashes and timeouts
  uint32_t ends_unit_early = 0;
  uint32_t stops = 0;       ///< the whole run
  uint32_t fail_fast = 0;   ///< a count, as the scheduler takes it
  bool is_endless = false;  ///< a unit may be lost without an attempt as often as it likes
  uint32_t cannot_start = 0;
  uint32_t gives_up_after = 0;  ///< a count of workers of a service lost in a row, 0: never
};

/// Runs a plan on a Scheduler as the host would, in random interleavings, and holds every answer against the
/// rules. A broken rule is thrown as std::runtime_error.
class FakeExecutor {
 public:
  /// How an attempt of a test ends.
  using Statuses = std::function<Status(uint32_t test, uint32_t attempt)>;

  FakeExecutor(const Plan& plan, uint32_t slots, Statuses statuses, Mischief mischief, Random& random);

  /// Runs to the end. Returns for each test what became of it.
  std::vector<Scheduler::Final> run();

 private:
  struct Worker {
    Assignment assignment;
    std::size_t at = 0;         ///< of the tests, the one to run
    uint32_t attempt = 0;       ///< of it, to run
    bool has_attempt = false;   ///< of any
    bool is_dead = false;       ///< crashed or timed out: its end is still to be told
    std::set<uint32_t> passed;  ///< tests of this unit
  };
  struct Slot {
    std::optional<Worker> worker;
    std::optional<uint32_t> scope;  ///< the service whose scope is open
  };

  /// Whether one of them got a unit that could not be started.
  bool ask_idle_slots();
  void take(uint32_t slot, const Assignment& assignment);
  void check_scope(const Slot& slot, const Assignment& assignment) const;
  void check_tests(const Assignment& assignment) const;
  void check_limits() const;
  void check_resources() const;

  void step(uint32_t slot);
  void run_attempt(Worker& worker);
  void report(Worker& worker, uint32_t test, Status status);
  void end(uint32_t slot, bool is_lost);
  bool may_end_without_attempt(const Worker& worker);
  bool has_failed_dependency_in_unit(const Worker& worker, uint32_t test) const;
  void lose_worker_of(uint32_t service);
  void note_finals();
  void check_final(const Scheduler::Final& decided, bool was_stopped) const;

  const Plan& plan_;
  Statuses statuses_;
  Mischief mischief_;
  Random& random_;
  Scheduler scheduler_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> attempts_;
  std::vector<std::optional<Status>> last_status_;  ///< of each test's attempts
  std::map<uint32_t, uint32_t> losses_;             ///< of workers in a row, by service
  std::set<uint32_t> given_up_;
  std::vector<std::optional<Scheduler::Final>> finals_;
  std::map<uint32_t, uint32_t> fruitless_ends_;  ///< in a row, by the unit's first test
  uint64_t last_unit_ = 0;
  uint32_t failed_ = 0;
};

}  // namespace e2e::host
