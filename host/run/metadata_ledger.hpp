#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "schedule/plan.hpp"

namespace e2e::host {

/// What passed tests have left for others, as the host keeps it over the whole run.
class MetadataLedger {
 public:
  explicit MetadataLedger(const Plan& plan);

  /// Notes what the running attempt of a test has set.
  void set(uint32_t test, std::string key, std::string json);
  /// The attempt is over: what it set counts if it passed, and is forgotten if not.
  void end_attempt(uint32_t test, bool has_passed);

  /// What a unit of these tests begins with: what tests have left that they depend on, also through others,
  /// and in mode `service` what any test of their service has left. Where two left the same key it is the one
  /// that mode `service` would run later whose value counts, in either mode.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> inherited(
      uint32_t service, const std::vector<uint32_t>& tests) const;

 private:
  using Values = std::map<std::string, std::string>;
  const Plan& plan_;
  Graph dependencies_;
  std::vector<uint32_t> order_;  ///< all tests, as one worker runs them in mode `service`
  std::vector<Values> pending_, kept_;
};

}  // namespace e2e::host
