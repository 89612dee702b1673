#include "report/slot_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/quantity.hpp"

namespace e2e::host {
namespace {

std::string seconds(int64_t microseconds) {
  return fmt::format("{:.2f} s", static_cast<double>(microseconds) / 1e6);
}

std::string memory(int64_t kib) { return size_text(static_cast<uint64_t>(std::max<int64_t>(kib, 0)) * 1024); }

}  // namespace

void SlotTable::on_event(const Event& event) {
  if (std::holds_alternative<RunStarted>(event.fact)) {
    slots_.clear();
  } else if (const auto* worker = std::get_if<WorkerStarted>(&event.fact)) {
    SlotUse& slot = slots_[worker->slot];
    ++slot.workers;
    slot.worker = worker->worker;
  } else if (const auto* exited = std::get_if<WorkerExited>(&event.fact)) {
    SlotUse& slot = slots_[exited->slot];
    slot.user_cpu_us += exited->user_cpu_us;
    slot.system_cpu_us += exited->system_cpu_us;
    slot.max_rss_kib = std::max(slot.max_rss_kib, exited->max_rss_kib);
    // The next one may be in it already.
    if (slot.worker == exited->worker) slot.worker.reset();
  } else if (const auto* started = std::get_if<AttemptStarted>(&event.fact)) {
    SlotUse& slot = slots_[started->slot];
    slot.running = *started;
    slot.running_since_ns = event.time_ns;
    slot.is_slow = false;
  } else if (const auto* slow = std::get_if<TestSlow>(&event.fact)) {
    slots_[slow->slot].is_slow = true;
  } else if (const auto* finished = std::get_if<AttemptFinished>(&event.fact)) {
    SlotUse& slot = slots_[finished->slot];
    ++slot.attempts;
    slot.busy_ns += finished->duration_ns;
    slot.running.reset();
  }
}

std::vector<SlotAtWork> SlotTable::at_work() const {
  std::vector<SlotAtWork> at_work;
  for (const auto& [number, slot] : slots_)
    if (slot.worker || slot.running)
      at_work.push_back(
          {number, slot.running, slot.running_since_ns, slot.running.has_value() && slot.is_slow});
  return at_work;
}

std::string SlotTable::use_text(const WorkerExited& exited) {
  if (exited.max_rss_kib <= 0) return {};
  return fmt::format("{} user, {} system, {}", seconds(exited.user_cpu_us), seconds(exited.system_cpu_us),
                     memory(exited.max_rss_kib));
}

std::string SlotTable::text() const {
  if (slots_.empty()) return {};
  std::string out = fmt::format("   {:<6}{:>8}{:>10}{:>12}{:>12}{:>12}{:>12}\n", "slot", "workers",
                                "attempts", "busy", "user CPU", "system CPU", "memory");
  for (const auto& [number, slot] : slots_) {
    const bool is_known = slot.max_rss_kib > 0;
    out +=
        fmt::format("   {:<6}{:>8}{:>10}{:>12}{:>12}{:>12}{:>12}\n", number, slot.workers, slot.attempts,
                    duration_text(slot.busy_ns), is_known ? seconds(slot.user_cpu_us) : "-",
                    is_known ? seconds(slot.system_cpu_us) : "-", is_known ? memory(slot.max_rss_kib) : "-");
  }
  return out;
}

}  // namespace e2e::host
