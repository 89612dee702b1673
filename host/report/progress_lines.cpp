#include "report/progress_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/display_width.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

/// Where the durations end, so that ids stand below each other.
constexpr int kDurationColumns = 9;
constexpr int64_t kSecondNs = 1'000'000'000;

int bar_columns(int columns) { return columns >= 59 ? 20 : columns >= 39 ? 10 : 0; }

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

/// Whole seconds, for what changes all the time.
std::string seconds_text(int64_t duration_ns) {
  const int64_t seconds = std::max<int64_t>(0, (duration_ns + kSecondNs / 2) / kSecondNs);
  return seconds < 60 ? fmt::format("{} s", seconds) : duration_text(seconds * kSecondNs);
}

std::string running_line(const Progress& progress, const SlotAtWork& at, int columns, const Ink& ink) {
  const TestInfo& test = progress.tally.info(at.running->test);
  const int64_t elapsed_ns = progress.time_ns - at.since_ns;
  std::string time = duration_text(elapsed_ns);
  if (at.is_slow) time = "SLOW " + time;
  time = std::string(static_cast<size_t>(std::max(kDurationColumns - display_width(time), 0)), ' ') + time;
  std::string attempt;
  if (at.running->attempt > 1) attempt = fmt::format("  attempt {}", at.running->attempt);
  const int room = columns - display_width(time) - 2;
  if (room < 8) return fit_end_to_width(one_line(test.id), columns);
  const std::string id = one_line(test.id);
  if (display_width(id) + display_width(attempt) > room) attempt.clear();
  return (at.is_slow ? ink(Tint::yellow, time) : time) + "  " + fit_end_to_width(id, room) +
         ink(Tint::dim, attempt);
}

}  // namespace

std::string progress_bar(const Progress& progress, int columns, const Ink& ink) {
  const OutcomeCounts& counts = progress.tally.counts();
  const int bar = bar_columns(columns);
  const auto filled =
      static_cast<int>(counts.tests == 0 ? 0 : uint64_t{counts.finished()} * bar / counts.tests);

  std::string count = fmt::format("{}/{}", counts.finished(), counts.tests);
  if (bar > 0) count = ' ' + count;
  if (display_width(count) + bar > columns) return fit_to_width(count, columns);
  std::string out =
      ink(Tint::green, repeated("█", filled)) + ink(Tint::dim, repeated("░", bar - filled)) + count;
  int used = bar + display_width(count);
  const auto add = [&](Tint tint, const std::string& text) {
    if (used + 2 + display_width(text) > columns) return;
    out += "  " + ink(tint, text);
    used += 2 + display_width(text);
  };
  // What matters most first: the rest may not fit.
  if (counts.failed > 0) add(Tint::red, fmt::format("{} failed", counts.failed));
  std::string time = seconds_text(progress.time_ns);
  if (const auto left_ns = progress.time_left.guess_ns(progress.time_ns))
    time += fmt::format(", {} left", seconds_text(std::max(*left_ns, kSecondNs)));
  add(Tint::dim, time);
  if (counts.flaky > 0) add(Tint::yellow, fmt::format("{} flaky", counts.flaky));
  if (counts.skipped > 0) add(Tint::cyan, fmt::format("{} skipped", counts.skipped));
  return out;
}

std::vector<std::string> progress_lines(const Progress& progress, int columns, size_t most_slots,
                                        bool with_idle, const Ink& ink) {
  std::vector<std::string> lines{progress_bar(progress, columns, ink)};
  std::vector<SlotAtWork> at_work = progress.slots.at_work();
  if (!with_idle) std::erase_if(at_work, [](const SlotAtWork& slot) { return !slot.running; });
  const size_t others = at_work.size() > most_slots ? at_work.size() - most_slots : 0;
  if (others > 0) {
    // Those that have run for longest, idle ones last; then again by their slots, so that lines keep their
    // places.
    std::stable_sort(at_work.begin(), at_work.end(), [](const SlotAtWork& a, const SlotAtWork& b) {
      return a.running.has_value() != b.running.has_value() ? a.running.has_value() : a.since_ns < b.since_ns;
    });
    at_work.resize(most_slots);
    std::sort(at_work.begin(), at_work.end(),
              [](const SlotAtWork& a, const SlotAtWork& b) { return a.slot < b.slot; });
  }
  for (const SlotAtWork& slot : at_work)
    lines.push_back(slot.running
                        ? running_line(progress, slot, columns, ink)
                        : ink(Tint::dim, fit_to_width(fmt::format("{:{}}slot {} is between tests", "",
                                                                  kDurationColumns + 2, slot.slot),
                                                      columns)));
  if (others > 0)
    lines.push_back(ink(
        Tint::dim, fit_to_width(fmt::format("{:{}}and {} more", "", kDurationColumns + 2, others), columns)));
  return lines;
}

}  // namespace e2e::host
