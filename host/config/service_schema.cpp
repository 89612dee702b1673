#include "config/service_schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/plugin_settings.hpp"
#include "config/rate_limit_section.hpp"
#include "config/read_start.hpp"
#include "config/requests_section.hpp"
#include "config/schema_words.hpp"
#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_headers = 256;

int strength(Isolation isolation) {
  return isolation == Isolation::process ? 2 : isolation == Isolation::service ? 1 : 0;
}

void read_header(Section& service, const YamlEntry& entry, ServiceConfig& config) {
  Diagnostics& diagnostics = service.context().diagnostics;
  if (const std::string problem = header_name_problem(entry.key); !problem.empty()) {
    diagnostics.add(entry.key_at, fmt::format("a header's name {}, not {}", problem, in_quotes(entry.key)));
    return;
  }
  const auto same = std::find_if(config.headers.begin(), config.headers.end(), [&](const auto& other) {
    return lower_case(other.first) == lower_case(entry.key);
  });
  const bool is_known = same != config.headers.end();
  // In one layer that is a mistake; once layers are merged, the later one says it.
  if (is_known && service.context().reading != Reading::merged) {
    diagnostics.add(entry.key_at, fmt::format("header {} is there twice", in_quotes(entry.key)),
                    "upper and lower case are the same in a header's name");
    return;
  }
  const std::string key = fmt::format("headers.{}", entry.key);
  if (entry.value->kind == YamlNode::Kind::null) {
    if (is_known) config.headers.erase(same);
    return;
  }
  const auto value = service.scalar(key, *entry.value, "a text");
  if (!value) return;
  if (const std::string problem = header_value_problem(value->text); !problem.empty()) {
    diagnostics.add(entry.value->at, fmt::format("{} {}", key, problem));
    return;
  }
  if (is_known)
    same->second = value->text;
  else
    config.headers.emplace_back(entry.key, value->text);
  service.record(key, is_secret_header(entry.key) ? "***" : value->text, entry.value.get());
}

void read_headers(Section& service, ServiceConfig& config) {
  const YamlNode* headers = service.map("headers");
  if (!headers) return;
  if (headers->entries.size() > max_headers) {
    service.context().diagnostics.add(
        headers->at, fmt::format("headers must be at most {}, not {}", max_headers, headers->entries.size()));
    return;
  }
  for (const auto& header : headers->entries) read_header(service, header, config);
}

void read_service_isolation(Section& service, ServiceConfig& config, const ServiceDefaults& defaults) {
  const YamlNode* node =
      service.choice("isolation_level", config.isolation, isolation_names, parse_isolation);
  const Isolation run = defaults.parallel.isolation;
  if (node && strength(*config.isolation) < strength(run)) {
    // Where a variable or an option raised the run's isolation over what a consistent file says, the service
    // follows.
    const SourceKind run_source =
        defaults.isolation_node ? defaults.isolation_node->at.source->kind() : SourceKind::file;
    if (run_source <= node->at.source->kind() && service.context().reading == Reading::merged)
      service.context().diagnostics.add(
          node->at,
          fmt::format("service '{}' asks for isolation_level '{}', which is less than the run's '{}'",
                      config.name, to_string(*config.isolation), to_string(run)),
          fmt::format("leave it out, or set parallel.isolation_level to '{}'", to_string(*config.isolation)));
    config.isolation.reset();
    node = nullptr;
  }
  service.record("isolation_level", std::string(to_string(config.isolation.value_or(run))), node,
                 "parallel.isolation_level");
}

void require_base_url(Section& service, const YamlEntry& entry, const YamlNode& services) {
  const YamlNode* url = entry.value->kind == YamlNode::Kind::map ? entry.value->find("base_url") : nullptr;
  const bool is_given = url && url->kind != YamlNode::Kind::null;
  const bool is_broken =
      entry.value->kind != YamlNode::Kind::map && entry.value->kind != YamlNode::Kind::null;
  if (is_given || is_broken || service.context().reading != Reading::merged) return;
  std::string hint;
  if (entry.key_at.source->kind() != SourceKind::file && service.context().diagnostics.has_room()) {
    std::vector<std::string> others;
    for (const auto& other : services.entries)
      if (other.key_at.source->kind() == SourceKind::file) others.push_back(other.key);
    hint = did_you_mean(entry.key, others);
  }
  if (hint.empty()) hint = "for example: base_url: http://127.0.0.1:8080";
  service.context().diagnostics.add(entry.key_at, fmt::format("service '{}' has no base_url", entry.key),
                                    hint);
}

}  // namespace

ServiceConfig read_service(ReadContext& context, const YamlEntry& entry, const ServiceDefaults& defaults,
                           const YamlNode& services) {
  ServiceConfig config;
  config.name = entry.key;
  config.timeout_ms = defaults.timeout_ms;
  Section service(context, entry.value.get(), "services." + entry.key);

  const YamlNode* url = service.text("base_url", config.base_url, base_url_problem, true);
  service.record("base_url", without_password(config.base_url), url);
  require_base_url(service, entry, services);
  const YamlNode* health = service.text("health_endpoint", config.health_endpoint, endpoint_problem, true);
  service.record("health_endpoint", config.health_endpoint, health);
  const YamlNode* timeout = service.number("timeout", config.timeout_ms, 1, max_setting_ms, milliseconds);
  service.record("timeout", std::to_string(config.timeout_ms), timeout, defaults.timeout_origin);
  read_headers(service, config);
  const YamlNode* parallel = service.boolean("parallel", config.parallel);
  service.record("parallel", truth(config.parallel), parallel);
  const YamlNode* exclusive = service.boolean("exclusive", config.exclusive);
  service.record("exclusive", truth(config.exclusive), exclusive);
  const YamlNode* mode = service.choice("mode", config.mode, mode_names, parse_mode);
  service.record("mode", std::string(to_string(config.mode.value_or(defaults.parallel.mode))), mode,
                 "parallel.mode");
  read_service_isolation(service, config, defaults);
  const YamlNode* workers = service.number("max_workers", config.max_workers, 0, max_worker_count);
  service.record("max_workers", config.max_workers == 0 ? "no limit" : std::to_string(config.max_workers),
                 workers);
  bool recycles = defaults.parallel.recycle_on_failure;
  const YamlNode* recycle = service.boolean("recycle_on_failure", recycles);
  if (recycle) config.recycle_on_failure = recycles;
  service.record("recycle_on_failure", truth(recycles), recycle, "parallel.recycle_on_failure");
  read_rate_limit(service, config.rate_limit);
  read_base_urls(service, config.request_options);
  read_requests(service, config.request_options);
  read_plugin_listings(service, config);
  read_start(service, config);
  service.finish();
  return config;
}

}  // namespace e2e::host
