#include "config/rate_limit_section.hpp"

#include <fmt/format.h>

#include "config/schema_words.hpp"

namespace e2e::host {
namespace {

constexpr std::string_view per_second = "requests per second";
constexpr int64_t max_hold_ms = 60LL * 60 * 1000;

/// What the map, or the number, says before it is put together.
struct Given {
  double requests = 0;
  uint32_t burst = 1;
  const YamlNode *requests_node = nullptr, *burst_node = nullptr, *enabled_node = nullptr;
};

void record_limit(Section& service, const RateLimitSettings& settings, const Given& given) {
  const std::string enabled = settings.is_enabled ? truth(*settings.is_enabled) : "as page classes ask";
  service.record("rate_limit.enabled", enabled,
                 given.enabled_node != nullptr ? given.enabled_node : given.requests_node);
  if (settings.is_enabled != true) return;
  service.record("rate_limit.requests_per_second", fmt::format("{}", given.requests), given.requests_node);
  service.record("rate_limit.burst", std::to_string(given.burst), given.burst_node);
}

void read_map(Section& service, const YamlNode& node, Given& given, RateLimitSettings& settings) {
  Section map(service.context(), &node, service.path() + ".rate_limit");
  bool is_enabled = true;
  given.enabled_node = map.boolean("enabled", is_enabled);
  given.requests_node = map.decimal("requests_per_second", given.requests, RateLimit::min_per_second,
                                    RateLimit::max_per_second, per_second);
  given.burst_node = map.number("burst", given.burst, 1, RateLimit::max_burst, "requests");
  const YamlNode* retry_after =
      map.number("max_retry_after", settings.max_retry_after_ms, 0, max_hold_ms, milliseconds);
  const YamlNode* wait = map.number("max_wait", settings.max_wait_ms, 0, max_setting_ms, milliseconds);
  map.finish();

  const bool wants_limit =
      given.requests_node || (given.enabled_node && is_enabled) || (given.burst_node && !given.enabled_node);
  if (given.enabled_node || wants_limit) settings.is_enabled = is_enabled;
  const bool is_silent = node.find("requests_per_second") == nullptr ||
                         node.find("requests_per_second")->kind == YamlNode::Kind::null;
  if (wants_limit && is_enabled && is_silent && service.context().reading == Reading::merged)
    service.context().diagnostics.add(node.at, service.path() + ".rate_limit has no requests_per_second",
                                      "for example: rate_limit: {requests_per_second: 10}");
  service.record("rate_limit.max_retry_after", std::to_string(settings.max_retry_after_ms), retry_after);
  service.record("rate_limit.max_wait", std::to_string(settings.max_wait_ms), wait);
}

}  // namespace

void read_rate_limit(Section& service, RateLimitSettings& settings) {
  const YamlNode* node = service.any("rate_limit");
  Given given;
  if (node != nullptr && node->kind == YamlNode::Kind::map) {
    read_map(service, *node, given, settings);
  } else {
    given.requests_node = service.decimal("rate_limit", node, given.requests, RateLimit::min_per_second,
                                          RateLimit::max_per_second, per_second);
    if (given.requests_node) settings.is_enabled = true;
  }
  if (given.requests_node) settings.limit = RateLimit::per_second(given.requests, given.burst);
  record_limit(service, settings, given);
}

}  // namespace e2e::host
