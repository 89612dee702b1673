#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/display_width.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

constexpr int kHeadColumns = 29;
/// In place of a cause that the line before has.
constexpr const char* kLikewise = "likewise";
constexpr size_t kTroubleLines = 10;
constexpr size_t kSlowestTests = 5;
constexpr int64_t kWorthTellingNs = 1'000'000'000;
/// The least room in which the reason for something is worth a place on its line.
constexpr int kLeastReasonColumns = 20;

struct Verdict {
  bool is_good;
  std::string text;
};

size_t failed_services(const RunTally& tally) {
  return static_cast<size_t>(std::count_if(tally.services().begin(), tally.services().end(),
                                           [](const ServiceTally& service) { return service.has_failed(); }));
}

/// Tests whose end the run did not tell count as not run: the host died.
uint32_t not_run_count(const RunTally& tally) {
  return tally.counts().not_run + tally.counts().tests - tally.counts().finished();
}

Verdict verdict_of(const RunTally& tally, const RunFinished& run) {
  const OutcomeCounts& counts = tally.counts();
  const size_t failed = failed_services(tally);
  if (failed > 0)
    return {false, fmt::format("{} of {} failed", failed, count_text(tally.services().size(), "service"))};
  if (tally.run().fail_on_flaky && counts.flaky > 0)
    return {false, fmt::format("{} flaky", count_text(counts.flaky, "test"))};
  if (run.is_cut_off && run.stopped_by.empty()) return {false, "Not over yet"};
  if (!run.stopped_by.empty()) return {false, "Stopped by " + one_line(run.stopped_by)};
  if (const uint32_t not_run = not_run_count(tally); not_run > 0)
    return {false, fmt::format("{} not run", count_text(not_run, "test"))};
  if (run.exit_code == 4) return {false, "Infrastructure trouble"};
  if (run.exit_code != 0) return {false, fmt::format("Exit code {}", run.exit_code)};
  if (counts.tests == 0) return {true, "Nothing to run"};
  if (counts.skipped == counts.tests) return {true, "All tests skipped"};
  return {true, "All services passed"};
}

std::string counts_text(const RunTally& tally, const RunFinished& run) {
  const OutcomeCounts& counts = tally.counts();
  std::string out = count_text(counts.tests, "test");
  const auto add = [&](uint32_t count, std::string_view word) {
    if (count > 0) out += fmt::format(", {} {}", count, word);
  };
  add(counts.failed, "failed");
  add(counts.flaky, "flaky");
  add(counts.skipped, "skipped");
  const bool has_failed = failed_services(tally) > 0;
  // Where nothing failed, the verdict names what stopped the run.
  const bool names_stop = has_failed && !run.stopped_by.empty();
  add(not_run_count(tally), names_stop ? "not run (" + one_line(run.stopped_by) + ")" : "not run");
  if (!has_failed) out += ", " + count_text(tally.services().size(), "service");
  return out;
}

/// The text's words in lines that are no wider than `columns`, each indented by three, behind a newline.
std::string broken_at_words(std::string_view text, int columns) {
  std::string out;
  int used = columns;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const int width = display_width(word);
    if (used + 1 + width > columns) {
      out += "\n   ";
      used = 3 + width;
    } else {
      out += ' ';
      used += 1 + width;
    }
    out += word;
  }
  return out;
}

/// Tests that share a reason.
struct Group {
  std::string reason;
  std::vector<uint32_t> tests;
};

/// In the order of each group's first test.
std::vector<Group> groups_of(const RunTally& tally, Outcome outcome, const std::string& otherwise) {
  std::vector<Group> groups;
  for (uint32_t i = 0; i < tally.tests().size(); ++i) {
    const TestTally& test = tally.test(i);
    if (test.outcome.value_or(Outcome::not_run) != outcome) continue;
    const std::string& reason = test.reason.empty() ? otherwise : test.reason;
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.reason == reason; });
    if (group == groups.end()) group = groups.insert(groups.end(), Group{reason, {}});
    group->tests.push_back(i);
  }
  return groups;
}

/// On a terminal, what does not fit is cut, or stands on a line of its own; only `what` is told in full
/// always.
std::string line(std::string_view label, std::string_view what, std::string_view why,
                 const TextLayout& layout) {
  if (why.empty()) return fmt::format("   {} {}\n", label, what);
  const int room = layout.width - 1 - 3 - display_width(without_ink(label)) - 1 - display_width(what) - 3;
  if (!layout.is_terminal || display_width(why) <= room)
    return fmt::format("   {} {}   {}\n", label, what, why);
  if (room >= kLeastReasonColumns)
    return fmt::format("   {} {}   {}\n", label, what, fit_to_width(why, room));
  return fmt::format("   {} {}\n      {}\n", label, what, fit_to_width(why, std::max(layout.width - 7, 20)));
}

std::string group_lines(const RunTally& tally, Outcome outcome, const std::string& label,
                        const std::string& otherwise, const TextLayout& layout) {
  std::string out;
  for (const Group& group : groups_of(tally, outcome, otherwise)) {
    const bool is_single = group.tests.size() == 1;
    out += line(label,
                is_single ? one_line(tally.info(group.tests[0]).id) : count_text(group.tests.size(), "test"),
                first_line(group.reason), layout);
  }
  return out;
}

std::string failed_lines(const RunTally& tally, const TextLayout& layout) {
  std::string out, told;
  for (uint32_t i = 0; i < tally.tests().size(); ++i) {
    const TestTally& test = tally.test(i);
    if (test.outcome != Outcome::failed) continue;
    const std::string_view label = is_bad(test.status) ? status_label(test.status) : "FAIL";
    const std::string why = test.cause.empty() ? first_line(test.reason) : test.cause;
    const bool is_told = !why.empty() && why == std::exchange(told, why);
    out += line(layout.ink(Tint::red, label), one_line(tally.info(i).id), is_told ? kLikewise : why, layout);
  }
  for (const FixtureFailed& fixture : tally.failed_fixtures())
    out += line(layout.ink(Tint::red, "FAIL"), one_line(fixture.service) + " " + one_line(fixture.phase),
                cause_line(fixture), layout);
  return out;
}

std::string flaky_lines(const RunTally& tally, const TextLayout& layout) {
  std::string out;
  for (uint32_t i = 0; i < tally.tests().size(); ++i) {
    const TestTally& test = tally.test(i);
    if (test.outcome == Outcome::flaky)
      out += line(layout.ink(Tint::yellow, "FLAKY"), one_line(tally.info(i).id),
                  fmt::format("passed at attempt {}", test.attempt), layout);
  }
  return out;
}

std::string trouble_lines(const RunTally& tally, const TextLayout& layout) {
  std::string out;
  const std::vector<std::string>& troubles = tally.troubles();
  for (size_t i = 0; i < std::min(troubles.size(), kTroubleLines); ++i)
    out += line(layout.ink(Tint::red, "trouble:"), first_line(troubles[i]), "", layout);
  if (troubles.size() > kTroubleLines)
    out += fmt::format("   {} {} more above\n", layout.ink(Tint::red, "trouble:"),
                       troubles.size() - kTroubleLines);
  return out;
}

std::string slowest_lines(const RunTally& tally, const TextLayout& layout) {
  std::vector<uint32_t> slowest;
  for (uint32_t i = 0; i < tally.tests().size(); ++i)
    if (tally.test(i).duration_ns >= kWorthTellingNs) slowest.push_back(i);
  const size_t count = std::min(slowest.size(), kSlowestTests);
  const auto middle = slowest.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(slowest.begin(), middle, slowest.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(-tally.test(a).duration_ns, a) < std::pair(-tally.test(b).duration_ns, b);
  });
  std::string out;
  for (auto test = slowest.begin(); test != middle; ++test)
    out += line(layout.ink(Tint::dim, "slowest:"), one_line(tally.info(*test).id),
                duration_text(tally.test(*test).duration_ns), layout);
  return out;
}

/// What `again` would run: tests that failed, or were to run and did not.
bool has_unfinished_work(const RunTally& tally) {
  return tally.counts().failed > 0 || not_run_count(tally) > 0;
}

}  // namespace

std::string summary_headline(const RunTally& tally, const RunFinished& run, const TextLayout& layout) {
  const Verdict verdict = verdict_of(tally, run);
  const std::string head = (verdict.is_good ? "✓ " : "✗ ") + verdict.text;
  const std::string counts = fmt::format("{}, {} ({} of work)", counts_text(tally, run),
                                         duration_text(run.duration_ns), duration_text(run.work_ns));
  const std::string gap(static_cast<size_t>(std::max(kHeadColumns - display_width(head), 4)), ' ');
  const std::string verdict_text = layout.ink(verdict.is_good ? Tint::green : Tint::red, head);
  const bool fits =
      !layout.is_terminal || display_width(head) + display_width(gap) + display_width(counts) < layout.width;
  return verdict_text + (fits ? gap + counts : broken_at_words(counts, layout.width - 1)) + '\n';
}

std::string summary_details(const RunTally& tally, const RunFinished& run, const TextLayout& layout,
                            const std::string& again) {
  std::string out = failed_lines(tally, layout) + flaky_lines(tally, layout);
  out += group_lines(tally, Outcome::skipped, layout.ink(Tint::cyan, "SKIP"), "no reason given", layout);
  const std::string stopped =
      run.stopped_by.empty() ? "the run ended before it" : "stopped by " + run.stopped_by;
  out += group_lines(tally, Outcome::not_run, layout.ink(Tint::yellow, "NOT RUN"), stopped, layout);
  out += trouble_lines(tally, layout) + slowest_lines(tally, layout);
  if (!again.empty() && has_unfinished_work(tally))
    out += fmt::format("   {} {}\n", layout.ink(Tint::dim, "again:"), again);
  return out;
}

}  // namespace e2e::host
