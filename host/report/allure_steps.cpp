#include "report/allure_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "report/failure_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t kMostAllureSteps = 500;

/// A step or a request.
struct Happening {
  std::string name;
  std::string_view status;
  std::string message;
  uint32_t depth = 0;
  int64_t start_ns = 0, end_ns = 0;
};

/// One deeper than the innermost step that was going on.
uint32_t depth_within(const std::vector<StepRecord>& steps, int64_t at_ns) {
  uint32_t depth = 0;
  for (const StepRecord& step : steps)
    if (step.start_ns <= at_ns && (step.duration_ns < 0 || at_ns <= step.start_ns + step.duration_ns))
      depth = std::max(depth, step.depth + 1);
  return depth;
}

std::vector<Happening> happenings_of(const AttemptFinished& attempt) {
  std::vector<Happening> all;
  for (const StepRecord& step : attempt.steps) {
    // Of steps it is only known that they ended; one that did not is where it went wrong.
    const bool has_ended = step.duration_ns >= 0;
    const std::string_view status = has_ended || !is_bad(attempt.status) ? "passed"
                                    : attempt.status == Status::failed   ? "failed"
                                                                         : "broken";
    all.push_back({step.title, status, "", step.depth, step.start_ns,
                   has_ended ? step.start_ns + step.duration_ns : attempt.duration_ns});
  }
  for (const ExchangeRecord& exchange : attempt.exchanges) {
    const std::string came = exchange.status != 0 ? fmt::to_string(exchange.status) : "no answer";
    all.push_back({fmt::format("{} {} -> {}", exchange.method, exchange.url, came),
                   exchange.error.empty() ? "passed" : "broken", exchange.error,
                   depth_within(attempt.steps, exchange.start_ns), exchange.start_ns,
                   exchange.start_ns + exchange.blocked_ns + exchange.total_ns});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Happening& a, const Happening& b) { return a.start_ns < b.start_ns; });
  if (all.size() > kMostAllureSteps) all.resize(kMostAllureSteps);
  return all;
}

/// Those from `at` on that are at least so deep; `at` is then behind them.
void put_level(JsonText& json, const std::vector<Happening>& all, size_t& at, uint32_t depth,
               int64_t attempt_unix_ns) {
  json.key("steps").begin_array();
  while (at < all.size() && all[at].depth >= depth) {
    const Happening& each = all[at++];
    json.begin_object().member("name", each.name).member("status", each.status).member("stage", "finished");
    json.member("start", (attempt_unix_ns + each.start_ns) / 1'000'000);
    json.member("stop", (attempt_unix_ns + std::max(each.start_ns, each.end_ns)) / 1'000'000);
    json.key("statusDetails").begin_object().member_unless_empty("message", each.message).end_object();
    put_level(json, all, at, each.depth + 1, attempt_unix_ns);
    json.key("attachments").begin_array().end_array().key("parameters").begin_array().end_array();
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void put_allure_steps(JsonText& json, const AttemptFinished& attempt, int64_t attempt_unix_ns) {
  size_t at = 0;
  put_level(json, happenings_of(attempt), at, 0, attempt_unix_ns);
}

}  // namespace e2e::host
