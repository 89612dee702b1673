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
constexpr size_t kTroubleLines = 10;

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

std::string line(std::string_view label, std::string_view what, std::string_view why) {
  return fmt::format("   {} {}{}{}\n", label, what, why.empty() ? "" : "   ", why);
}

std::string group_lines(const RunTally& tally, Outcome outcome, const std::string& label,
                        const std::string& otherwise) {
  std::string out;
  for (const Group& group : groups_of(tally, outcome, otherwise)) {
    const bool is_single = group.tests.size() == 1;
    out += line(label,
                is_single ? one_line(tally.info(group.tests[0]).id) : count_text(group.tests.size(), "test"),
                first_line(group.reason));
  }
  return out;
}

std::string failed_lines(const RunTally& tally, const TextLayout& layout) {
  std::string out;
  for (uint32_t i = 0; i < tally.tests().size(); ++i) {
    const TestTally& test = tally.test(i);
    if (test.outcome != Outcome::failed) continue;
    const std::string_view label = is_bad(test.status) ? status_label(test.status) : "FAIL";
    const std::string why = test.cause.empty() ? first_line(test.reason) : test.cause;
    out += line(layout.ink(Tint::red, label), one_line(tally.info(i).id), why);
  }
  for (const FixtureFailed& fixture : tally.failed_fixtures())
    out += line(layout.ink(Tint::red, "FAIL"), one_line(fixture.service) + " " + one_line(fixture.phase),
                cause_line(fixture));
  return out;
}

std::string flaky_lines(const RunTally& tally, const TextLayout& layout) {
  std::string out;
  for (uint32_t i = 0; i < tally.tests().size(); ++i) {
    const TestTally& test = tally.test(i);
    if (test.outcome == Outcome::flaky)
      out += line(layout.ink(Tint::yellow, "FLAKY"), one_line(tally.info(i).id),
                  fmt::format("passed at attempt {}", test.attempt));
  }
  return out;
}

std::string trouble_lines(const RunTally& tally, const TextLayout& layout) {
  std::string out;
  const std::vector<std::string>& troubles = tally.troubles();
  for (size_t i = 0; i < std::min(troubles.size(), kTroubleLines); ++i)
    out += line(layout.ink(Tint::red, "trouble:"), first_line(troubles[i]), "");
  if (troubles.size() > kTroubleLines)
    out += fmt::format("   {} {} more above\n", layout.ink(Tint::red, "trouble:"),
                       troubles.size() - kTroubleLines);
  return out;
}

}  // namespace

std::string summary_headline(const RunTally& tally, const RunFinished& run, const TextLayout& layout) {
  const Verdict verdict = verdict_of(tally, run);
  const std::string head = (verdict.is_good ? "✓ " : "✗ ") + verdict.text;
  const std::string gap(static_cast<size_t>(std::max(kHeadColumns - display_width(head), 4)), ' ');
  return fmt::format("{}{}{}, {} ({} of work)\n", layout.ink(verdict.is_good ? Tint::green : Tint::red, head),
                     gap, counts_text(tally, run), duration_text(run.duration_ns),
                     duration_text(run.work_ns));
}

std::string summary_details(const RunTally& tally, const RunFinished& run, const TextLayout& layout) {
  std::string out = failed_lines(tally, layout) + flaky_lines(tally, layout);
  out += group_lines(tally, Outcome::skipped, layout.ink(Tint::cyan, "SKIP"), "no reason given");
  const std::string stopped =
      run.stopped_by.empty() ? "the run ended before it" : "stopped by " + run.stopped_by;
  out += group_lines(tally, Outcome::not_run, layout.ink(Tint::yellow, "NOT RUN"), stopped);
  return out + trouble_lines(tally, layout);
}

}  // namespace e2e::host
