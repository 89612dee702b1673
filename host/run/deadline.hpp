#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {

/// A phase that took longer than it may.
struct Overrun {
  uint32_t phase = 0;  ///< phase_idle: all together
  int64_t budget_ms = 0;
  /// "no end within 1500 ms", "before_all took longer than 60000 ms"
  [[nodiscard]] std::string text() const;
};

/// Whether what a slot's worker is doing has used up its budget. `test_ms` is the body's, of the running
/// test; 0: none. Time spent waiting for others does not count, up to max_waited_ms(). `now_ns` is
/// monotonic_ns(). The block may hold anything: a start before `not_before_ns` or after now is taken as that.
std::optional<Overrun> find_overrun(const SlotBlock& block, const TimeLimits& limits, int64_t test_ms,
                                    int64_t max_wait_ms, int64_t not_before_ns, int64_t now_ns);

/// How long an attempt, or what lies between two, may take with all its phases, however often a plugin says
/// that one begins; 0: no limit, as one of them has none. Waiting for others is on top.
int64_t total_budget_ms(const TimeLimits& limits, int64_t test_ms);

/// How much waiting of a phase is believed, so that a worker that says it waits is not waited for for ever:
/// `max_wait_ms`, of the service's rate limit; where a fixture may wait for another worker's, also the
/// budgets of some that fail.
int64_t max_waited_ms(uint32_t phase, const TimeLimits& limits, int64_t max_wait_ms);

/// The budget of a phase in milliseconds; 0: none.
int64_t budget_ms(uint32_t phase, const TimeLimits& limits, int64_t test_ms);

}  // namespace e2e::host
