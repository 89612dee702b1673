#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mode.hpp"
#include "base/output_request.hpp"
#include "config/rate_limit_settings.hpp"
#include "config/resource_limits.hpp"
#include "config/start_settings.hpp"

namespace e2e::host {

/// A plugin that a service lists under `plugins:`, with what it is told there.
struct PluginListing {
  std::string id;
  std::string settings = "{}";  ///< one JSON value
  std::string origin;           ///< where it is listed: "e2e.conf:7"
  /// Where each value, or the key that it has, was written, by its JSON pointer in `settings`.
  std::map<std::string, std::string> places;
};

/// A service under test, as `services:` configures it.
struct ServiceConfig {
  std::string name;
  /// http(s)://HOST[:PORT][/PATH] as written; never empty. This, health_endpoint and headers' values may keep
  /// late names: the worker puts them through expand_late_names() of config/expansion.hpp.
  std::string base_url;
  std::string health_endpoint = "/health";  ///< starts with '/'
  int64_t timeout_ms = 30'000;              ///< of one request; general.timeout, if the service names none
  /// Sent with every request, in the file's order; no name twice, whatever its case.
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<Mode> mode;                ///< nullopt: the run's
  std::optional<Isolation> isolation;      ///< nullopt: the run's; only ever more isolation than the run's
  bool parallel = true;                    ///< false: its tests never overlap each other
  bool exclusive = false;                  ///< true: nothing else runs meanwhile
  std::optional<bool> recycle_on_failure;  ///< nullopt: the run's
  uint32_t max_workers = 0;                ///< 0: no limit
  RateLimitSettings rate_limit;
  /// Those of `requests:` and `base_urls:` that are given, as set_request_option() takes them; values may
  /// keep late names, and paths count from the project.
  std::vector<std::pair<std::string, std::string>> request_options;
  std::vector<PluginListing> plugins;  ///< in the file's order; no id twice

  /// What it says of the plugin of that id, or null. Borrowed from this.
  [[nodiscard]] const PluginListing* listing(std::string_view id) const {
    for (const auto& candidate : plugins)
      if (candidate.id == id) return &candidate;
    return nullptr;
  }
  std::optional<StartSettings> start;  ///< nullopt: somebody else runs it
};

/// No run has more workers.
inline constexpr uint32_t max_worker_count = 1024;

/// A pack that `plugins.packs` lists.
struct PackListing {
  std::string name;    ///< "ID", or "ID@VERSION"
  std::string origin;  ///< where it is listed: "e2e.conf:7"
};

/// `parallel:`.
struct ParallelSettings {
  bool enabled = false;                 ///< false: sequential, also where the configuration says 0 workers
  std::optional<uint32_t> max_workers;  ///< 1 to max_worker_count; nullopt: as many as there are CPUs
  Mode mode = Mode::service;
  Isolation isolation = Isolation::process;
  bool recycle_on_failure = false;  ///< an attempt that fails is its worker's last
};

/// How long each thing may take, in milliseconds; 0: for ever.
struct TimeLimits {
  int64_t test_ms = 60'000;      ///< a test's body; its own timeout_ms wins
  int64_t setup_ms = 60'000;     ///< each of once_per_run, before_all, before_each
  int64_t teardown_ms = 30'000;  ///< each of after_each, cleanup, after_all
  int64_t grace_ms = 2'000;      ///< between SIGTERM and SIGKILL; 0: none
  int64_t run_ms = 0;            ///< the whole run
};

/// A plugin whose worker crashes that often in a row is given up for the run; 0: never.
inline constexpr uint32_t default_crashes_in_a_row = 20;

/// `reports:`.
struct ReportSettings {
  std::filesystem::path folder = ".e2e/reports";  ///< from the project
  std::vector<OutputRequest> outputs;             ///< paths from the project; --output replaces them
  int64_t slow_after_ms = 10'000;                 ///< a test that runs for longer is SLOW; 0: none ever is
};

/// A value and where it came from, for people who ask why.
struct Setting {
  std::string key;     ///< "services.users.timeout"; a list has one Setting for each of its items
  std::string value;   ///< as text; "***" where it is a credential
  std::string origin;  ///< "e2e.conf:7", "E2E_PARALLEL", "--set", "default", or the key it takes over:
                       ///< "general.timeout"
};

/// All settings of a run, from file, environment and command line. Not changed once made.
struct Config {
  std::filesystem::path file;     ///< where it was read from, absolute; empty: no file
  std::filesystem::path project;  ///< the folder that relative paths count from, absolute
  std::string environment = "dev";
  std::vector<ServiceConfig> services;  ///< in the file's order
  std::vector<std::filesystem::path>
      plugin_paths;                ///< folders and files, absolute, none twice; empty only if there are packs
  std::vector<PackListing> packs;  ///< in the file's order; no name twice
  ParallelSettings parallel;
  TimeLimits limits;
  ResourceLimits resources;  ///< of each worker
  uint32_t crashes_in_a_row = default_crashes_in_a_row;
  ReportSettings reports;
  std::vector<std::string> secret_names;   ///< headers and query parameters whose values nothing may show
  std::vector<std::string> secret_values;  ///< what the variables have that `secrets:` names
  uint32_t retries = 0;                    ///< of a test that names none
  std::string build_command;      ///< builds the plugins, for /bin/sh in `project`; empty: none is named
  std::vector<Setting> settings;  ///< every value above, in the order of the documentation

  /// The service of that name, or null. Borrowed from this.
  [[nodiscard]] const ServiceConfig* service(std::string_view name) const {
    for (const auto& candidate : services)
      if (candidate.name == name) return &candidate;
    return nullptr;
  }
};

}  // namespace e2e::host
