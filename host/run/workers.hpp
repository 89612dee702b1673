#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "run/slot.hpp"

namespace e2e::host {

/// The workers of a run: those in its slots, those that have said bye and whose slots are free, and those
/// that are gone and may still be on the stack. On the loop's thread.
class Workers {
 public:
  explicit Workers(uint32_t slots);

  [[nodiscard]] std::vector<Slot>& slots() noexcept { return slots_; }
  /// The slot that it has, or had.
  [[nodiscard]] Slot& slot_of(const WorkerHost& worker) { return slots_[worker.slot()]; }
  /// The one of that number; null if it is gone.
  [[nodiscard]] WorkerHost* find(uint32_t number) const;
  /// Whether any is not gone.
  [[nodiscard]] bool are_any() const;
  [[nodiscard]] bool has_threads() const;

  /// The slot's has said bye: the slot is free for another.
  void let_leave(Slot& slot);
  /// The slot's is gone.
  void bury(Slot& slot);
  /// Whether it had said bye; it is gone, then.
  bool bury_if_leaving(const WorkerHost& worker);
  /// Ends those that are gone. For whoever none of them called.
  void end_gone() { gone_.clear(); }
  /// Those that have said bye will never be told to have exited.
  void lose_leaving();

  void catch_up();
  void pause();
  void resume();
  void kill();
  /// Time in which nobody looked at them counts for none of them.
  void forgive(int64_t duration_ns);

 private:
  template <typename Call>
  void for_each(Call call);

  std::vector<Slot> slots_;
  std::vector<std::unique_ptr<WorkerHost>> leaving_;
  std::vector<std::unique_ptr<WorkerHost>> gone_;
};

}  // namespace e2e::host
