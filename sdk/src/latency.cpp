#include "e2e/latency.hpp"

#include <algorithm>
#include <cmath>

#include "assertion.hpp"
#include "e2e/context.hpp"
#include "milliseconds.hpp"

namespace e2e {

namespace {

std::string percentile_name(double percentile) {
  std::string text = detail::text_of_double(percentile);
  if (text.size() > 2 && text.substr(text.size() - 2) == ".0") text.resize(text.size() - 2);
  return "p" + text;
}

bool judge_latency(detail::Strictness strictness, const Latencies& latencies,
                   std::initializer_list<LatencyBudget> budgets, Location where) {
  std::string asked, expected, actual;
  bool holds = true;
  for (const LatencyBudget& budget : budgets) {
    const double taken_ms = latencies.percentile(budget.percentile, where);
    const std::string name = percentile_name(budget.percentile);
    const std::string gap = asked.empty() ? "" : ", ";
    holds = holds && taken_ms < budget.limit_ms;
    asked += gap + name + " < " + detail::milliseconds(budget.limit_ms);
    actual += gap + name + " " + detail::milliseconds(taken_ms);
    expected += gap + name + " less than " + detail::milliseconds(budget.limit_ms);
  }
  const char* const name = strictness == detail::Strictness::hard ? "assert_latency(" : "expect_latency(";
  return detail::judge(
      strictness, holds,
      {name + asked + ")", expected, actual, "of " + std::to_string(latencies.size()) + " exchanges"}, where);
}

}  // namespace

std::string detail::milliseconds(double ms) {
  const auto tenths = static_cast<long long>(std::llround(ms * 10));
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " ms";
}

double Latencies::percentile(double percentile, Location where) const {
  if (samples_ms_.empty()) fail("there are no latencies to take a percentile of", where);
  if (!(percentile >= 0 && percentile <= 100)) fail("a percentile is from 0 to 100", where);
  std::vector<double> sorted = samples_ms_;
  std::sort(sorted.begin(), sorted.end());
  const double rank = std::ceil(percentile / 100 * static_cast<double>(sorted.size()));
  return sorted[rank < 1 ? 0 : static_cast<std::size_t>(rank) - 1];
}

double Latencies::mean(Location where) const {
  if (samples_ms_.empty()) fail("there are no latencies to take the mean of", where);
  double sum = 0;
  for (const double ms : samples_ms_) sum += ms;
  return sum / static_cast<double>(samples_ms_.size());
}

void assert_latency(const Latencies& latencies, std::initializer_list<LatencyBudget> budgets,
                    Location where) {
  judge_latency(detail::Strictness::hard, latencies, budgets, where);
}
bool expect_latency(const Latencies& latencies, std::initializer_list<LatencyBudget> budgets,
                    Location where) {
  return judge_latency(detail::Strictness::soft, latencies, budgets, where);
}

}  // namespace e2e
