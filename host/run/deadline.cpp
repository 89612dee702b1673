#include "run/deadline.hpp"

#include <e2e/ext/report.h>
#include <fmt/format.h>

#include <algorithm>

#include "run/worker_death.hpp"
#include "worker/phase_name.hpp"

namespace e2e::host {

std::string Overrun::text() const {
  if (phase == E2E_PHASE_BODY) return fmt::format("no end within {} ms", budget_ms);
  if (phase == phase_idle) return fmt::format("all phases took longer together than {} ms", budget_ms);
  return fmt::format("{} took longer than {} ms", phase_name(phase), budget_ms);
}

int64_t budget_ms(uint32_t phase, const TimeLimits& limits, int64_t test_ms) {
  switch (phase) {
    case phase_idle:
    case phase_finishing:
      return 0;
    case E2E_PHASE_BODY:
      return test_ms;
    case E2E_PHASE_AFTER_EACH:
    case E2E_PHASE_CLEANUP:
    case E2E_PHASE_AFTER_ALL:
      return limits.teardown_ms;
    default:
      return limits.setup_ms;
  }
}

int64_t total_budget_ms(const TimeLimits& limits, int64_t test_ms) {
  if (limits.setup_ms <= 0 || limits.teardown_ms <= 0 || test_ms <= 0) return 0;
  // Loading, once_per_run, before_all, before_each; after_each, cleanup, after_all.
  return 4 * limits.setup_ms + test_ms + 3 * limits.teardown_ms;
}

int64_t max_waited_ms(uint32_t phase, const TimeLimits& limits, int64_t max_wait_ms) {
  constexpr int64_t failing_fixtures = 10;
  if (phase != E2E_PHASE_BEFORE_ALL && phase != E2E_PHASE_ONCE_PER_RUN) return max_wait_ms;
  return std::max(max_wait_ms, failing_fixtures * limits.setup_ms);
}

std::optional<Overrun> find_overrun(const SlotBlock& block, const TimeLimits& limits, int64_t test_ms,
                                    int64_t max_wait_ms, int64_t not_before_ns, int64_t now_ns) {
  const uint32_t phase = block.phase;
  const int64_t budget = budget_ms(phase, limits, test_ms);
  if (budget <= 0) return std::nullopt;
  const int64_t start_ns = std::clamp<int64_t>(block.phase_start_ns, not_before_ns, now_ns);
  const int64_t waiting_since_ns = block.waiting_since_ns;
  int64_t waited_ns = std::clamp<int64_t>(block.waited_ns, 0, now_ns - start_ns);
  if (waiting_since_ns > 0) waited_ns += now_ns - std::clamp<int64_t>(waiting_since_ns, start_ns, now_ns);
  waited_ns = std::min(waited_ns, max_waited_ms(phase, limits, max_wait_ms) * 1'000'000);
  if (now_ns - start_ns - waited_ns < budget * 1'000'000) return std::nullopt;
  return Overrun{phase, budget};
}

}  // namespace e2e::host
