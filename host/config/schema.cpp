#include "config/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

constexpr int64_t max_ms = 7LL * 24 * 60 * 60 * 1000;
constexpr int64_t max_retries = 100;
constexpr size_t max_headers = 256;
constexpr std::string_view milliseconds = "milliseconds";

const std::vector<std::string> mode_names = {"service", "test"};
const std::vector<std::string> isolation_names = {"process", "service", "none"};

/// What services take over from the rest of the configuration.
struct ServiceDefaults {
  int64_t timeout_ms;
  std::string timeout_origin;
  ParallelSettings parallel;
  const YamlNode* isolation_node;  ///< null: by default
};

int strength(Isolation isolation) {
  return isolation == Isolation::process ? 2 : isolation == Isolation::service ? 1 : 0;
}

std::string truth(bool value) { return value ? "true" : "false"; }

void read_general(Section& root, Config& config, ServiceDefaults& defaults) {
  Section general(root.context(), root.map("general"), "general");
  // An overlay is chosen by the environment: it can't choose it.
  if (root.context().reading != Reading::environment) {
    const YamlNode* node = general.text("environment", config.environment, name_problem);
    general.record("environment", config.environment, node);
  }
  const YamlNode* timeout = general.number("timeout", defaults.timeout_ms, 1, max_ms, milliseconds);
  general.record("timeout", std::to_string(defaults.timeout_ms), timeout);
  if (timeout) defaults.timeout_origin = "general.timeout";
  const YamlNode* retries = general.number("retries", config.retries, 0, max_retries);
  general.record("retries", std::to_string(config.retries), retries);
  general.finish();
}

void read_parallel(Section& root, Config& config, ServiceDefaults& defaults) {
  ParallelSettings& settings = config.parallel;
  Section parallel(root.context(), root.map("parallel"), "parallel");
  const YamlNode* enabled = parallel.boolean("enabled", settings.enabled);
  uint32_t workers = 0;
  const YamlNode* max_workers = parallel.number("max_workers", workers, 0, max_worker_count);
  if (max_workers && workers == 0)
    settings.enabled = false;
  else if (max_workers)
    settings.max_workers = workers;
  const YamlNode* mode = parallel.choice("mode", settings.mode, mode_names, parse_mode);
  const YamlNode* isolation =
      parallel.choice("isolation_level", settings.isolation, isolation_names, parse_isolation);
  parallel.record("enabled", truth(settings.enabled), max_workers && workers == 0 ? max_workers : enabled);
  parallel.record("max_workers", max_workers ? std::to_string(workers) : "auto", max_workers);
  parallel.record("mode", std::string(to_string(settings.mode)), mode);
  parallel.record("isolation_level", std::string(to_string(settings.isolation)), isolation);
  parallel.finish();
  defaults.parallel = settings;
  defaults.isolation_node = isolation;
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
  const YamlNode* timeout = service.number("timeout", config.timeout_ms, 1, max_ms, milliseconds);
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
  service.finish();
  return config;
}

void read_services(Section& root, Config& config, const ServiceDefaults& defaults) {
  const YamlNode* services = root.map("services");
  if (!services) return;
  for (const auto& entry : services->entries) {
    if (const std::string problem = name_problem(entry.key); !problem.empty())
      root.context().diagnostics.add(
          entry.key_at, fmt::format("a service's name {}, not {}", problem, in_quotes(entry.key)));
    else
      config.services.push_back(read_service(root.context(), entry, defaults, *services));
  }
}

void read_plugins(Section& root, Config& config) {
  Section plugins(root.context(), root.map("plugins"), "plugins");
  if (const YamlNode* paths = plugins.list("paths")) {
    for (const auto& item : paths->items) {
      const auto path = plugins.scalar("a plugin path", *item, "a text");
      if (!path) continue;
      Diagnostics& diagnostics = root.context().diagnostics;
      if (path->text.empty())
        diagnostics.add(item->at, "a plugin path must not be empty");
      else if (path->has_worker_names)
        diagnostics.add(item->at,
                        "a plugin path must not name the worker: plugins are found before there is one");
      else
        config.plugin_paths.emplace_back(path->text);
      plugins.record("paths", path->text, item.get());
    }
  }
  plugins.finish();
}

void read_limits(Section& root, TimeLimits& limits) {
  Section section(root.context(), root.map("limits"), "limits");
  const auto read = [&](std::string_view key, int64_t& target) {
    const YamlNode* node = section.number(key, target, 0, max_ms, milliseconds);
    section.record(key, std::to_string(target), node);
  };
  read("test_timeout", limits.test_ms);
  read("setup_timeout", limits.setup_ms);
  read("teardown_timeout", limits.teardown_ms);
  read("grace_period", limits.grace_ms);
  read("run_timeout", limits.run_ms);
  section.finish();
}

/// Each overlay is checked, also those that this run doesn't use.
void check_environments(Section& root) {
  const YamlNode* environments = root.map("environments");
  if (!environments) return;
  for (const auto& entry : environments->entries) {
    ReadContext context{Reading::environment, root.context().diagnostics, root.context().variables, {}};
    if (const std::string problem = name_problem(entry.key); !problem.empty())
      context.diagnostics.add(entry.key_at,
                              fmt::format("an environment's name {}, not {}", problem, in_quotes(entry.key)));
    read_schema(entry.value.get(), context);
  }
}

}  // namespace

Config read_schema(const YamlNode* root_node, ReadContext& context) {
  Config config;
  ServiceDefaults defaults{ServiceConfig().timeout_ms, "default", {}, nullptr};
  Section root(context, root_node, "");
  read_general(root, config, defaults);
  read_parallel(root, config, defaults);
  read_services(root, config, defaults);
  read_plugins(root, config);
  read_limits(root, config.limits);
  if (context.reading == Reading::whole_file) check_environments(root);
  root.finish();
  return config;
}

}  // namespace e2e::host
