#include "report/slot_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/display_width.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t most_lines = 16;

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
  } else if (const auto* finished = std::get_if<AttemptFinished>(&event.fact)) {
    SlotUse& slot = slots_[finished->slot];
    ++slot.attempts;
    slot.busy_ns += finished->duration_ns;
    slot.running.reset();
  }
}

std::vector<std::string> SlotTable::at_work(const RunTally& tally, int64_t time_ns, int width) const {
  std::vector<std::string> lines;
  size_t left_out = 0;
  for (const auto& [number, slot] : slots_) {
    if (!slot.worker && !slot.running) continue;
    if (lines.size() == most_lines) {
      ++left_out;
      continue;
    }
    std::string line = fmt::format("slot {}  ", number);
    if (slot.running)
      line += fmt::format("{}  {}", one_line(tally.info(slot.running->test).id),
                          duration_text(time_ns - slot.running_since_ns));
    else
      line += "between tests";
    lines.push_back(fit_to_width(line, width));
  }
  if (left_out > 0)
    lines.push_back(fit_to_width(fmt::format("and {} more", count_text(left_out, "slot")), width));
  return lines;
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
