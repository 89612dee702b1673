#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "schedule/plan.hpp"

namespace e2e::host {

/// Which named resources the running units hold, each as a whole or a share of it. Throws nothing but what
/// containers do.
class HeldResources {
 public:
  /// The plan outlives it.
  explicit HeldResources(const Plan& plan);

  /// Whether any test of the plan needs one.
  [[nodiscard]] bool are_needed() const noexcept { return are_needed_; }
  /// Whether a unit of these tests needs what others hold.
  [[nodiscard]] bool is_blocked(const std::vector<uint32_t>& tests) const;
  /// For a unit of these tests, which is not blocked.
  void take(const std::vector<uint32_t>& tests);
  /// What take() took for the same tests.
  void give_back(const std::vector<uint32_t>& tests);
  void give_back_all() noexcept { held_.clear(); }

 private:
  struct Holding {
    bool is_whole = false;
    uint32_t shares = 0;
  };

  /// Those that a unit of the tests holds, each once: true for the whole of it, as one of the tests needs
  /// that.
  [[nodiscard]] std::unordered_map<uint32_t, bool> needs_of(const std::vector<uint32_t>& tests) const;

  const Plan& plan_;
  bool are_needed_ = false;
  std::unordered_map<uint32_t, Holding> held_;  ///< by resource
};

}  // namespace e2e::host
