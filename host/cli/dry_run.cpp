#include "cli/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "report/quantity.hpp"
#include "schedule/scheduler.hpp"

namespace e2e::host {
namespace {

/// A slot in a run that takes no time but a moment for each test.
struct DrySlot {
  std::vector<std::pair<uint32_t, Assignment>> done;  ///< with the number it was handed out as
  std::optional<Assignment> running;
  uint64_t ends_at = 0;
};

/// Hands out all units, as the run would: whichever slot is free first gets the next.
std::vector<DrySlot> rehearse(const RunPlan& run) {
  Scheduler scheduler(run.plan, run.slots, 0);
  std::vector<DrySlot> slots(std::max<uint32_t>(1, run.slots));
  uint64_t now = 0;
  uint32_t units = 0;
  while (true) {
    for (uint32_t number = 0; number < slots.size(); ++number) {
      DrySlot& slot = slots[number];
      if (slot.running) continue;
      if (auto assignment = scheduler.next(number)) {
        slot.ends_at = now + assignment->tests.size();
        // One without tests only closes a scope.
        if (!assignment->tests.empty()) slot.done.emplace_back(++units, *assignment);
        slot.running = std::move(assignment);
      }
    }
    const auto next = std::min_element(slots.begin(), slots.end(), [](const DrySlot& a, const DrySlot& b) {
      return std::pair(!a.running, a.ends_at) < std::pair(!b.running, b.ends_at);
    });
    if (!next->running) return slots;
    now = next->ends_at;
    for (const UnitTest& test : next->running->tests)
      scheduler.attempt_finished(next->running->unit, test.test, test.first_attempt, Status::passed);
    scheduler.unit_finished(next->running->unit);
    next->running.reset();
  }
}

}  // namespace

std::string dry_run_text(const Prepared& prepared, const RunPlan& run, bool verbose) {
  std::string text = fmt::format(
      "{}, {}; workers: {}, mode: {}, isolation: {}\n", count_text(run.tests.size(), "test"),
      count_text(run.services.size(), "service"), run.slots, to_string(run.mode), to_string(run.isolation));
  if (run.shuffle_seed) text += fmt::format("order: shuffled; again with --shuffle={}\n", *run.shuffle_seed);
  uint32_t number = 0;
  for (const DrySlot& slot : rehearse(run)) {
    if (!slot.done.empty()) text += fmt::format("slot {}\n", number);
    ++number;
    for (const auto& [unit, assignment] : slot.done) {
      text += fmt::format("  unit {}  {}  {}\n", unit, run.plan.services[assignment.service].name,
                          count_text(assignment.tests.size(), "test"));
      for (const UnitTest& test : assignment.tests) text += fmt::format("    {}\n", run.tests[test.test].id);
    }
  }
  std::vector<bool> is_chosen(prepared.catalog.tests.size());
  for (const uint32_t index : prepared.selected) is_chosen[index] = true;
  text += fmt::format("not chosen: {}\n",
                      count_text(prepared.catalog.tests.size() - prepared.selected.size(), "test"));
  for (uint32_t index = 0; verbose && index < is_chosen.size(); ++index)
    if (!is_chosen[index]) text += fmt::format("    {}\n", prepared.catalog.tests[index].info.id);
  return text + "Nothing was started.\n";
}

}  // namespace e2e::host
