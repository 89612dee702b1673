#include "doctor/service_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "config/expansion.hpp"
#include "config/value_rules.hpp"
#include "page/http_session.hpp"
#include "page/page_environment.hpp"
#include "page/request.hpp"
#include "page/url.hpp"

namespace e2e::host {
namespace {

constexpr int64_t max_wait_ms = 2000;
constexpr size_t max_body_bytes = 1024 * 1024;

/// A request that belongs to no attempt.
class NoAttempt : public PageEnvironment {
 public:
  [[nodiscard]] bool is_cancelled() const override { return false; }
  [[nodiscard]] std::optional<int64_t> remaining_ms() const override { return std::nullopt; }
  bool pause(int64_t) override { return true; }
  int64_t random_up_to(int64_t) override { return 0; }
  void note(std::string_view) override {}
  void exchange_finished(const Exchange&, const WholeBodies&) override {}
};

Finding ask(const ServiceConfig& service, const std::string& url) {
  const std::string shown = printable(without_password(url));
  std::vector<HeaderField> headers;
  std::vector<std::string> values;
  values.reserve(service.headers.size());
  for (const auto& [name, value] : service.headers)
    headers.push_back({name, values.emplace_back(expand_late_names(value, {}))});
  HttpSession session;
  const Answer answer = session.perform(
      {"GET", url, headers, {}, std::min(service.timeout_ms, max_wait_ms), max_body_bytes, nullptr},
      NoAttempt());
  const std::string check = "service " + service.name;
  if (answer.ending != Answer::Ending::answered)
    return {Health::failure, check, fmt::format("{}: {}", shown, printable(answer.error)),
            fmt::format("start it, or correct services.{}.base_url", service.name)};
  const std::string seen = fmt::format("{} answers {}", shown, answer.status);
  if (answer.status < 400) return {Health::ok, check, seen, {}};
  if (answer.status == 404)
    return {Health::warning, check, seen,
            fmt::format("say where its health is told: services.{}.health_endpoint", service.name)};
  return {Health::failure, check, seen, "it is not healthy: look at its log"};
}

}  // namespace

void check_services(const Config& config, bool with_network, Findings& findings) {
  for (const auto& service : config.services) {
    if (service.start) {
      findings.push_back(
          {Health::info, "service " + service.name, "each run that needs it starts it: not tried", {}});
      continue;
    }
    try {
      const std::string url = request_url(service.name, expand_late_names(service.base_url, {}),
                                          expand_late_names(service.health_endpoint, {}), {});
      if (with_network || is_loopback_host(host_of(url)))
        findings.push_back(ask(service, url));
      else
        findings.push_back(
            {Health::info, "service " + service.name,
             fmt::format("{} is not on this machine: not tried", printable(without_password(url))),
             "--network tries it"});
    } catch (const RequestRefused& refused) {
      findings.push_back({Health::failure, "service " + service.name, printable(refused.what()),
                          fmt::format("correct services.{}.base_url", service.name)});
    }
  }
}

}  // namespace e2e::host
