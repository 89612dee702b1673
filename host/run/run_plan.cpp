#include "run/run_plan.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/version.hpp"

namespace e2e::host {
namespace {

bool is_https(std::string_view url) { return url.starts_with("https:") || url.starts_with("HTTPS:"); }

bool trusts_system(const ServiceOrder& service) {
  bool has_https = is_https(service.base_url), has_own = false;
  for (const auto& [key, value] : service.request_options) {
    has_https |= key.starts_with("base_url.") && is_https(value);
    has_own |= (key == "tls_ca" && !value.empty()) || (key == "tls_verify" && value == "false");
  }
  return has_https && !has_own;
}

}  // namespace

bool needs_system_certificates(const RunPlan& plan) {
  return plan.isolation != Isolation::none &&
         std::any_of(plan.services.begin(), plan.services.end(),
                     [](const RunPlan::Service& service) { return trusts_system(service.order); });
}

RunStarted run_started(const RunPlan& plan, std::string run_id, uint32_t slots) {
  RunStarted started;
  started.run_id = std::move(run_id);
  started.host_version = host_version;
  started.start_unix_ns = unix_ns();
  started.workers = slots;
  started.is_parallel = plan.is_parallel;
  started.mode = plan.mode;
  started.isolation = plan.isolation;
  started.fail_on_flaky = plan.fail_on_flaky;
  started.shuffle_seed = plan.shuffle_seed;
  started.environment = plan.environment;
  started.tests = plan.tests;
  return started;
}

}  // namespace e2e::host
