#pragma once

#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include "location.hpp"
#include "response.hpp"

/// How long many requests take. Not part of e2e.hpp.
namespace e2e {

/// "95 of 100 take less than 200 ms": `{95, 200}`.
struct LatencyBudget {
  double percentile;
  double limit_ms;
};

/// The times that exchanges took, in milliseconds. Waiting for a rate limit does not count.
class Latencies {
 public:
  void add(const Response& response) { add_ms(response.total_ms()); }
  void add_ms(double ms) { samples_ms_.push_back(ms); }
  std::size_t size() const { return samples_ms_.size(); }

  /// The smallest time within which so many of 100 exchanges were over (nearest rank): `percentile(95)`.
  /// Ends the test if there is no sample, or the percentile is not from 0 to 100.
  double percentile(double percentile, Location where = Location::here()) const;
  double mean(Location where = Location::here()) const;

 private:
  std::vector<double> samples_ms_;
};

/// Calls the function so often and adds the time of the response that it returns each time.
template <class Function>
Latencies measure(unsigned count, Function&& function) {
  Latencies latencies;
  for (unsigned i = 0; i < count; ++i) latencies.add(function());
  return latencies;
}

/// Ends the test if a percentile is over its budget: `assert_latency(latencies, {{50, 20}, {95, 100}})`
void assert_latency(const Latencies& latencies, std::initializer_list<LatencyBudget> budgets,
                    Location where = Location::here());
/// The same, and goes on. Whether it held.
bool expect_latency(const Latencies& latencies, std::initializer_list<LatencyBudget> budgets,
                    Location where = Location::here());

}  // namespace e2e
