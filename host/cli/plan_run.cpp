#include "cli/plan_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <unordered_map>
#include <utility>

#include "base/fatal.hpp"
#include "cli/machine_limits.hpp"
#include "cli/run_environment.hpp"
#include "run/service_order.hpp"
#include "schedule/shuffle.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {
namespace {

template <typename Value>
Value parse_choice(const std::string& option, const std::string& word, std::optional<Value> value,
                   const char* choices) {
  if (!value)
    throw Fatal(ExitCode::usage, fmt::format("error: {}: '{}' is not one of {}", option, word, choices));
  return *value;
}

AutoWorkers worker_count(const ParallelSettings& parallel) {
  if (!parallel.enabled) return {1, {}};
  if (!parallel.max_workers && parallel.isolation == Isolation::none) return {1, {}};
  if (parallel.max_workers) return {std::max<uint32_t>(1, *parallel.max_workers), {}};
  return auto_workers(read_machine_limits());
}

/// How the run starts the service, its paths absolute; nullopt where somebody else does.
std::optional<StartSettings> managed(const ServiceConfig& service, const std::filesystem::path& project) {
  std::optional<StartSettings> start = service.start;
  if (!start) return start;
  for (std::string* path : {&start->folder, &start->log})
    // A late name may make it absolute.
    if (!path->empty() && !path->starts_with("/") && !path->starts_with("${run.folder}"))
      *path = (project / *path).lexically_normal().string();
  return start;
}

}  // namespace

Config with_options(Config config, const Options& options) {
  if (options.parallel) {
    config.parallel.enabled = *options.parallel != "0";
    config.parallel.max_workers.reset();
    if (*options.parallel != "auto") {
      uint32_t workers = 0;
      const auto [end, error] = std::from_chars(options.parallel->data(),
                                                options.parallel->data() + options.parallel->size(), workers);
      if (error != std::errc() || *end != '\0' || workers > SlotMemory::max_slots)
        throw Fatal(ExitCode::usage,
                    fmt::format("error: --parallel: '{}' is neither `auto` nor a number from 0 to {}",
                                *options.parallel, SlotMemory::max_slots));
      if (workers > 0) config.parallel.max_workers = workers;
    }
  }
  if (options.mode)
    config.parallel.mode =
        parse_choice("--parallel-mode", *options.mode, parse_mode(*options.mode), "service, test");
  if (options.isolation)
    config.parallel.isolation = parse_choice("--isolation", *options.isolation,
                                             parse_isolation(*options.isolation), "process, service, none");
  if (options.timeout_ms) config.limits.test_ms = *options.timeout_ms;
  if (options.run_timeout_ms) config.limits.run_ms = *options.run_timeout_ms;
  if (options.retries) config.retries = *options.retries;
  // Nothing may end what someone looks at.
  if (!options.debug_test.empty()) config.limits = {0, 0, 0, 0, 0};
  return config;
}

RunPlan plan_run(const Catalog& catalog, const std::vector<uint32_t>& selected, const Config& config,
                 const Options& options) {
  RunPlan run;
  run.is_parallel = config.parallel.enabled;
  AutoWorkers workers = worker_count(config.parallel);
  run.slots = workers.count;
  run.workers_reason = std::move(workers.reason);
  run.is_live = options.live;
  run.mode = config.parallel.mode;
  run.isolation = config.parallel.isolation;
  run.limits = config.limits;
  run.resources = config.resources;
  run.crashes_in_a_row = config.crashes_in_a_row;
  run.slow_after_ms = config.reports.slow_after_ms;
  run.fail_fast = options.fail_fast;
  run.fail_on_flaky = options.fail_on_flaky;
  run.environment = run_environment(config.environment);

  std::unordered_map<uint32_t, uint32_t> service_of_plugin, planned_index;
  std::unordered_map<std::string, uint32_t> resource_numbers;
  for (const uint32_t index : selected) {
    const CatalogTest& test = catalog.tests[index];
    const auto [service, is_new] =
        service_of_plugin.emplace(test.plugin, static_cast<uint32_t>(run.services.size()));
    if (is_new) {
      const CatalogPlugin& plugin = catalog.plugins[test.plugin];
      const ServiceConfig& settings = *config.service(plugin.service);
      // A service may ask for more isolation than the run, never for less.
      const Isolation isolation = std::min(run.isolation, settings.isolation.value_or(run.isolation));
      run.plan.services.push_back({plugin.service, settings.mode.value_or(run.mode), isolation,
                                   settings.parallel, settings.exclusive, settings.max_workers});
      run.services.push_back({make_service_order(config, settings, plugin.settings),
                              plugin.file.path.string(), plugin.list_fingerprint,
                              settings.recycle_on_failure.value_or(config.parallel.recycle_on_failure),
                              managed(settings, config.project)});
    }
    planned_index[index] = static_cast<uint32_t>(run.tests.size());
    TestInfo info = test.info;
    if (info.timeout_ms == 0) info.timeout_ms = config.limits.test_ms;
    if (info.max_attempts == 0) info.max_attempts = config.retries + 1;
    run.plan.tests.push_back({info.id, service->second, test.priority, {}, info.max_attempts});
    for (const NamedResource& resource : test.resources) {
      const auto number =
          resource_numbers.emplace(resource.name, static_cast<uint32_t>(resource_numbers.size()))
              .first->second;
      run.plan.tests.back().resources.push_back({number, resource.is_shared});
    }
    run.tests.push_back(std::move(info));
  }
  for (const uint32_t index : selected)
    for (const uint32_t dependency : catalog.tests[index].depends_on)
      if (const auto planned = planned_index.find(dependency); planned != planned_index.end())
        run.plan.tests[planned_index[index]].depends_on.push_back(planned->second);
  if (options.shuffle_seed) {
    run.shuffle_seed = options.shuffle_seed;
    run.plan.places = shuffled_places(static_cast<uint32_t>(run.tests.size()), *options.shuffle_seed);
  }
  if (const auto cycle = find_cycle(run.plan))
    throw Fatal(
        ExitCode::usage,
        fmt::format("error: tests depend on each other in a circle: {}\nhint: take one depends_on out",
                    *cycle));
  return run;
}

}  // namespace e2e::host
