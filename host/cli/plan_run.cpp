#include "cli/plan_run.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <unordered_map>

#include "base/fatal.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {
namespace {

/// CPUs by the cgroup's quota, rounded up; 0: no quota. https://docs.kernel.org/admin-guide/cgroup-v2.html,
/// cpu.max
uint32_t cgroup_cpus() {
  std::string folder = "/sys/fs/cgroup";
  std::ifstream membership("/proc/self/cgroup");
  for (std::string line; std::getline(membership, line);)
    if (line.starts_with("0::")) folder += line.substr(3);
  for (const std::string& file : {folder + "/cpu.max", std::string("/sys/fs/cgroup/cpu.max")}) {
    std::ifstream limit(file);
    std::string quota;
    int64_t period = 0;
    if (!(limit >> quota >> period) || quota == "max" || period <= 0) continue;
    int64_t microseconds = 0;
    std::from_chars(quota.data(), quota.data() + quota.size(), microseconds);
    if (microseconds > 0) return static_cast<uint32_t>((microseconds + period - 1) / period);
  }
  return 0;
}

template <typename Value>
Value parse_choice(const std::string& option, const std::string& word, std::optional<Value> value,
                   const char* choices) {
  if (!value)
    throw Fatal(ExitCode::usage, fmt::format("error: {}: '{}' is not one of {}", option, word, choices));
  return *value;
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

uint32_t worker_count(const ParallelSettings& parallel) {
  if (!parallel.enabled) return 1;
  return parallel.max_workers ? std::max<uint32_t>(1, *parallel.max_workers) : available_cpus();
}

}  // namespace

uint32_t available_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const uint32_t by_affinity =
      ::sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<uint32_t>(CPU_COUNT(&set)) : 1;
  const uint32_t by_quota = cgroup_cpus();
  return std::max<uint32_t>(1, by_quota > 0 ? std::min(by_affinity, by_quota) : by_affinity);
}

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
  return config;
}

RunPlan plan_run(const Catalog& catalog, const std::vector<uint32_t>& selected, const Config& config,
                 const Options& options) {
  RunPlan run;
  run.is_parallel = config.parallel.enabled;
  run.slots = worker_count(config.parallel);
  if (config.parallel.isolation == Isolation::none && !config.parallel.max_workers) run.slots = 1;
  run.mode = config.parallel.mode;
  run.isolation = config.parallel.isolation;
  run.limits = config.limits;
  run.fail_fast = options.fail_fast;

  std::unordered_map<uint32_t, uint32_t> service_of_plugin, planned_index;
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
      run.services.push_back({{settings.name, settings.base_url, settings.health_endpoint,
                               settings.timeout_ms, settings.headers},
                              plugin.file.path.string(),
                              plugin.list_fingerprint,
                              managed(settings, config.project)});
    }
    planned_index[index] = static_cast<uint32_t>(run.tests.size());
    TestInfo info = test.info;
    if (info.timeout_ms == 0) info.timeout_ms = config.limits.test_ms;
    if (info.max_attempts == 0) info.max_attempts = config.retries + 1;
    run.plan.tests.push_back({info.id, service->second, test.priority, {}, info.max_attempts});
    run.tests.push_back(std::move(info));
  }
  for (const uint32_t index : selected)
    for (const uint32_t dependency : catalog.tests[index].depends_on)
      if (const auto planned = planned_index.find(dependency); planned != planned_index.end())
        run.plan.tests[planned_index[index]].depends_on.push_back(planned->second);
  if (const auto cycle = find_cycle(run.plan))
    throw Fatal(
        ExitCode::usage,
        fmt::format("error: tests depend on each other in a circle: {}\nhint: take one depends_on out",
                    *cycle));
  return run;
}

}  // namespace e2e::host
