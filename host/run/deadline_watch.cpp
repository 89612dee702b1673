#include "run/deadline_watch.hpp"

#include <e2e/abi.h>
#include <e2e/ext/report.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "run/report_desk.hpp"

namespace e2e::host {

DeadlineWatch::DeadlineWatch(const RunPlan& plan, std::vector<Slot>& slots, Symboliser& symboliser)
    : plan_(plan), slots_(slots), symboliser_(symboliser) {}

void DeadlineWatch::look(int64_t now_ns) {
  for (Slot& slot : slots_) {
    if (!slot.worker || !slot.running || slot.worker->is_gone() || slot.worker->is_cancelled()) continue;
    if (!slot.verdict)
      look_at(slot, now_ns);
    else if (now_ns > slot.verdict_patience_ns)
      slot.worker->cancel(plan_.limits.grace_ms);
  }
}

bool DeadlineWatch::has_written_too_much(const Slot& slot) const {
  const auto most = static_cast<uint64_t>(plan_.resources.output_mib) << 20;
  return most > 0 && slot.worker->output_bytes() > most && slot.record.is_open() && slot.record.attempt() > 0;
}

void DeadlineWatch::look_at(Slot& slot, int64_t now_ns) {
  WorkerHost& worker = *slot.worker;
  if (has_written_too_much(slot)) {
    slot.verdict = Ending{Status::error,
                          fmt::format("wrote more than {} MiB (limits.output)", plan_.resources.output_mib)};
    return worker.cancel(plan_.limits.grace_ms);
  }
  const auto running_test_ms = [&slot, this] {
    return slot.record.is_open() && slot.record.attempt() > 0 ? plan_.tests[slot.record.test()].timeout_ms
                                                              : 0;
  };
  const int64_t max_wait_ms = plan_.services[slot.running->service].order.rate_limit.max_wait_ms;
  const uint64_t stretch = worker.block().stretch;
  const auto find = [&] {
    return find_overrun(worker.block(), plan_.limits, running_test_ms(), max_wait_ms, slot.worker_start_ns,
                        now_ns);
  };
  const int64_t total_ms = total_budget_ms(plan_.limits, running_test_ms());
  if (worker.block().waiting_since_ns != 0) slot.waited_ns += look_interval_ns;
  const int64_t waited_ns = std::min(
      slot.waited_ns, 2 * max_waited_ms(E2E_PHASE_BEFORE_ALL, plan_.limits, max_wait_ms) * 1'000'000);
  if (total_ms > 0 && now_ns - slot.at_work_since_ns - waited_ns > total_ms * 1'000'000)
    return overrun(slot, Overrun{phase_idle, total_ms}, stretch);
  if (!find()) return;
  // Perhaps it is past that already: what it has said shows whose budget is to be looked at.
  worker.listen();
  if (slot.worker.get() != &worker || !slot.running || slot.verdict) return;
  if (const auto found = find(); found && worker.block().stretch == stretch) overrun(slot, *found, stretch);
}

void DeadlineWatch::overrun(Slot& slot, const Overrun& overrun, uint64_t stretch) {
  if (slot.worker->is_thread()) {
    slot.overrun = overrun;
    return;
  }
  examine_and_end(slot,
                  Ending{Status::timed_out, overrun.text(), opens_scope(overrun.phase),
                         overrun.phase == E2E_PHASE_AFTER_ALL},
                  stretch);
}

void DeadlineWatch::examine_and_end(Slot& slot, Ending verdict, uint64_t stretch) {
  slot.verdict = std::move(verdict);
  slot.verdict_patience_ns = monotonic_ns() + Symboliser::max_patience_ms * 1'000'000;
  slot.examined = stretch;
  log_debug("slot {}: {}; asking worker {} to stop", slot.number, slot.verdict->reason,
            slot.worker->worker());
  symboliser_.read_process(slot.worker->pid(), [this, &slot, worker = slot.worker->worker(),
                                                stretch](std::vector<ThreadStack> stacks) {
    if (!slot.worker || slot.worker->worker() != worker || slot.worker->is_gone() || slot.examined != stretch)
      return;
    slot.stacks = std::move(stacks);
    // Where that is over the end of the attempt is on its way; else what says so is not to be believed.
    if (!slot.worker->cancel(stretch, plan_.limits.grace_ms))
      slot.verdict_patience_ns = monotonic_ns() + 1'000'000'000;
  });
}

}  // namespace e2e::host
