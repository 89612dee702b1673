#pragma once

#include <cstdint>
#include <vector>

#include "run/deadline.hpp"
#include "run/run_plan.hpp"
#include "run/slot.hpp"
#include "run/symboliser.hpp"

namespace e2e::host {

/// Ends what takes too long, or writes too much, in the slots' workers: takes the stacks of all their
/// threads, then asks them to stop. On the event loop's thread.
class DeadlineWatch {
 public:
  /// How often look() is to be called: by that it counts how long workers wait for others.
  static constexpr int64_t look_interval_ns = 20'000'000;

  /// All outlive this.
  DeadlineWatch(const RunPlan& plan, std::vector<Slot>& slots, Symboliser& symboliser);

  /// Gives those a verdict whose time is up, and sees that verdicts are carried out. `now_ns` is
  /// monotonic_ns().
  void look(int64_t now_ns);
  /// Takes the stacks of the slot's worker, then ends that stretch of its work for that reason.
  void examine_and_end(Slot& slot, Ending verdict, uint64_t stretch);

 private:
  void look_at(Slot& slot, int64_t now_ns);
  [[nodiscard]] bool has_written_too_much(const Slot& slot) const;
  /// What the slot's worker is at took too long.
  void overrun(Slot& slot, const Overrun& overrun, uint64_t stretch);

  const RunPlan& plan_;
  std::vector<Slot>& slots_;
  Symboliser& symboliser_;
};

}  // namespace e2e::host
