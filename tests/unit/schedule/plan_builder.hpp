#pragma once

#include <string>
#include <utility>
#include <vector>

#include "schedule/plan.hpp"

namespace e2e::host {

/// Writes plans down in a test. Tests are to be added in canonical order.
class PlanBuilder {
 public:
  /// Adds a service; returns its index.
  uint32_t service(PlannedService service) {
    plan_.services.push_back(std::move(service));
    return static_cast<uint32_t>(plan_.services.size() - 1);
  }

  /// Adds the test "service::m::name"; returns its index.
  uint32_t test(uint32_t service, const std::string& name, std::vector<uint32_t> depends_on = {},
                uint32_t max_attempts = 1, Priority priority = Priority::normal) {
    plan_.tests.push_back({plan_.services[service].name + "::m::" + name, service, priority,
                           std::move(depends_on), max_attempts});
    return static_cast<uint32_t>(plan_.tests.size() - 1);
  }

  Plan& plan() { return plan_; }

 private:
  Plan plan_;
};

inline PlannedService in_service_mode(std::string name) {
  return {std::move(name), Mode::service, Isolation::process};
}

inline PlannedService in_test_mode(std::string name) {
  return {std::move(name), Mode::test, Isolation::process};
}

/// Mode `test` in long-lived workers: slots keep the service's scope open.
inline PlannedService with_kept_scope(std::string name) {
  return {std::move(name), Mode::test, Isolation::service};
}

}  // namespace e2e::host
