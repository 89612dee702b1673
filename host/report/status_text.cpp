#include "report/status_text.hpp"

#include <fmt/format.h>

#include "report/output_excerpt.hpp"
#include "report/quantity.hpp"
#include "report/safe_text.hpp"

namespace e2e::host {
namespace {

std::string what_runs(const RunTally& tally, const RunningNow& now) {
  if (now.test == RunningNow::no_test) return one_line(now.service + " " + now.phase);
  return one_line(tally.info(now.test).id);
}

std::string facts(const RunTally& tally, const RunningNow& now, int64_t time_ns) {
  std::string out =
      fmt::format("{}, worker {}, slot {}", duration_text(time_ns - now.since_ns), now.worker, now.slot);
  if (now.pid != 0) out += fmt::format(", pid {}", now.pid);
  if (now.test == RunningNow::no_test) return out;
  const uint32_t most = tally.info(now.test).max_attempts;
  if (now.attempt > most)
    out += fmt::format(", attempt {}", now.attempt);
  else if (most > 1)
    out += fmt::format(", attempt {}/{}", now.attempt, most);
  return out;
}

}  // namespace

std::string status_text(const RunTally& tally, const std::vector<RunningNow>& running, int64_t time_ns,
                        const TextLayout& layout) {
  const OutcomeCounts& counts = tally.counts();
  std::string out = layout.ink(Tint::bold, fmt::format("{} of {} done after {}, {} running",
                                                       counts.finished(), count_text(counts.tests, "test"),
                                                       duration_text(time_ns), running.size())) +
                    '\n';
  for (const RunningNow& now : running) {
    out += fmt::format("{} {}   {}\n", layout.ink(Tint::cyan, "RUN"),
                       layout.ink(Tint::bold, what_runs(tally, now)),
                       layout.ink(Tint::dim, fmt::format("[{}]", facts(tally, now, time_ns))));
    if (now.test != RunningNow::no_test && now.phase != "body") out += "  in " + one_line(now.phase) + "\n";
    if (!now.last_step.empty()) out += "  last step: " + one_line(now.last_step) + "\n";
    if (!now.last_request.empty()) out += "  last request: " + one_line(now.last_request) + "\n";
    out += output_excerpt("stdout", now.stdout_output);
    out += output_excerpt("stderr", now.stderr_output);
  }
  return out;
}

}  // namespace e2e::host
