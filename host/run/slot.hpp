#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "run/attempt_record.hpp"
#include "run/deadline.hpp"
#include "run/worker_host.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {

/// Why a worker's running attempt is being ended by us.
struct Ending {
  Status status;
  std::string reason;
  bool is_scope_to_blame = false;  ///< it was opening: the unit's other tests would meet the same
  bool is_of_scope_end = false;    ///< no attempt ran any more: that the last one ended may not be told yet
};

/// A place for one worker at a time, and what its worker is at.
struct Slot {
  uint32_t number = 0;
  std::unique_ptr<WorkerHost> worker;
  int64_t worker_start_ns = 0;         ///< monotonic
  bool is_finishing = false;           ///< told to finish, or to exit after its unit
  bool is_long_lived = false;          ///< takes more units after this one
  std::optional<Assignment> running;   ///< what its worker is at
  std::optional<Assignment> waiting;   ///< for the worker before to be gone
  std::optional<Assignment> unserved;  ///< for the slot's instance of its service to be ready
  AttemptRecord record;                ///< of the running attempt, or of the scope's end
  std::optional<Ending> verdict;
  int64_t at_work_since_ns = 0;      ///< monotonic: since it was given a unit, or an attempt began or ended
  int64_t verdict_patience_ns = 0;   ///< monotonic: a verdict that has ended nothing by then is enforced
  int64_t waited_ns = 0;             ///< for others, of that time, as far as it was seen
  std::optional<uint64_t> examined;  ///< the stretch of its worker's work whose stacks are being taken
  std::vector<ThreadStack> stacks;   ///< of the attempt that the verdict is on
  std::optional<Overrun> overrun;    ///< of a thread's test, which nothing can end
};

}  // namespace e2e::host
