#include "run/running_now.hpp"

#include <algorithm>

#include "worker/phase_name.hpp"

namespace e2e::host {

std::vector<RunningNow> running_now(const RunPlan& plan, const std::vector<Slot>& slots,
                                    int64_t run_start_ns) {
  std::vector<RunningNow> all;
  for (const Slot& slot : slots) {
    if (!slot.worker || !slot.running) continue;
    const SlotBlock& block = slot.worker->block();
    RunningNow now;
    now.slot = slot.number;
    now.worker = slot.worker->worker();
    now.pid = slot.worker->pid();
    now.service = plan.plan.services[slot.running->service].name;
    now.phase = phase_name(block.phase.load(std::memory_order_relaxed));
    // The block is the worker's word.
    int64_t since_ns = std::max(block.phase_start_ns.load(std::memory_order_relaxed), slot.worker_start_ns);
    if (slot.record.is_open() && slot.record.attempt() > 0) {
      now.test = slot.record.test();
      now.attempt = slot.record.attempt();
      now.last_step = slot.record.last_step();
      now.last_request = slot.record.last_request();
      since_ns = slot.record.start_monotonic_ns();
    }
    now.since_ns = since_ns - run_start_ns;
    now.stdout_output = slot.worker->stdout_so_far();
    now.stderr_output = slot.worker->stderr_so_far();
    all.push_back(std::move(now));
  }
  return all;
}

}  // namespace e2e::host
