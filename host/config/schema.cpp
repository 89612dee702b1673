#include "config/schema.hpp"

#include <fmt/format.h>

#include "config/schema_words.hpp"
#include "config/secrets_section.hpp"
#include "config/service_schema.hpp"
#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

constexpr int64_t max_retries = 100;

void read_general(Section& root, Config& config, ServiceDefaults& defaults) {
  Section general(root.context(), root.map("general"), "general");
  // An overlay is chosen by the environment: it can't choose it.
  if (root.context().reading != Reading::environment) {
    const YamlNode* node = general.text("environment", config.environment, name_problem);
    general.record("environment", config.environment, node);
  }
  const YamlNode* timeout = general.number("timeout", defaults.timeout_ms, 1, max_setting_ms, milliseconds);
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
  const YamlNode* recycle = parallel.boolean("recycle_on_failure", settings.recycle_on_failure);
  parallel.record("recycle_on_failure", truth(settings.recycle_on_failure), recycle);
  parallel.finish();
  defaults.parallel = settings;
  defaults.isolation_node = isolation;
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

void read_packs(Section& plugins, Config& config) {
  const YamlNode* packs = plugins.list("packs");
  if (!packs) return;
  Diagnostics& diagnostics = plugins.context().diagnostics;
  for (const auto& item : packs->items) {
    const auto name = plugins.scalar("a pack", *item, "a text");
    if (!name) continue;
    if (const std::string problem = pack_name_problem(name->text); !problem.empty()) {
      diagnostics.add(item->at, fmt::format("a pack {}, not {}", problem, in_quotes(name->text)));
      continue;
    }
    const auto is_same = [&](const PackListing& other) { return other.name == name->text; };
    if (std::any_of(config.packs.begin(), config.packs.end(), is_same)) {
      diagnostics.add(item->at, fmt::format("the pack {} is listed twice", in_quotes(name->text)));
      continue;
    }
    config.packs.push_back({name->text, fmt::format("{}:{}", item->at.source->name(), item->at.line)});
    plugins.record("packs", name->text, item.get());
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
      else if (path->has_worker_names || path->has_service_names)
        diagnostics.add(item->at,
                        "a plugin path must not name the worker: plugins are found before there is one");
      else
        config.plugin_paths.emplace_back(path->text);
      plugins.record("paths", path->text, item.get());
    }
  }
  read_packs(plugins, config);
  plugins.finish();
}

void read_build(Section& root, Config& config) {
  Section build(root.context(), root.map("build"), "build");
  const YamlNode* command = build.text("command", config.build_command, command_problem);
  build.record("command", config.build_command, command);
  build.finish();
}

void read_limits(Section& root, Config& config) {
  TimeLimits& limits = config.limits;
  Section section(root.context(), root.map("limits"), "limits");
  const auto read = [&](std::string_view key, int64_t& target) {
    const YamlNode* node = section.number(key, target, 0, max_setting_ms, milliseconds);
    section.record(key, std::to_string(target), node);
  };
  read("test_timeout", limits.test_ms);
  read("setup_timeout", limits.setup_ms);
  read("teardown_timeout", limits.teardown_ms);
  read("grace_period", limits.grace_ms);
  read("run_timeout", limits.run_ms);
  const auto read_amount = [&](std::string_view key, auto& target, int64_t max, std::string_view unit) {
    const YamlNode* node = section.number(key, target, 0, max, unit);
    section.record(key, std::to_string(target), node);
  };
  constexpr int64_t max_mib = 1 << 20, max_seconds = 604'800, max_files = 1 << 20, max_processes = 1 << 22;
  read_amount("memory", config.resources.memory_mib, max_mib, "MiB");
  read_amount("cpu_time", config.resources.cpu_seconds, max_seconds, "seconds");
  read_amount("open_files", config.resources.open_files, max_files, "files");
  read_amount("processes", config.resources.processes, max_processes, "processes");
  read_amount("output", config.resources.output_mib, max_mib, "MiB");
  read_amount("crashes_in_a_row", config.crashes_in_a_row, 1'000'000, "crashes");
  section.finish();
}

void read_reports(Section& root, ReportSettings& settings) {
  Section reports(root.context(), root.map("reports"), "reports");
  std::string folder = settings.folder.string();
  const YamlNode* dir = reports.text("dir", folder, report_folder_problem);
  reports.record("dir", folder, dir);
  settings.folder = folder;
  if (const YamlNode* outputs = reports.list("outputs")) {
    for (const auto& item : outputs->items) {
      const auto output = reports.scalar("a report", *item, "a text");
      if (!output) continue;
      if (const std::string problem = output_request_problem(output->text); !problem.empty())
        root.context().diagnostics.add(item->at, problem, "a report is FORMAT, FORMAT=PATH or exec:COMMAND");
      else
        settings.outputs.push_back(*parse_output_request(output->text));
      reports.record("outputs", output->text, item.get());
    }
  }
  const YamlNode* slow =
      reports.number("slow_after", settings.slow_after_ms, 0, max_setting_ms, milliseconds);
  reports.record("slow_after", std::to_string(settings.slow_after_ms), slow);
  reports.finish();
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
  read_build(root, config);
  read_limits(root, config);
  read_reports(root, config.reports);
  read_secrets(root, config);
  if (context.reading == Reading::whole_file) check_environments(root);
  root.finish();
  return config;
}

}  // namespace e2e::host
