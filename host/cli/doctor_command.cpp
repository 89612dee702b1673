#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/fatal.hpp"
#include "base/json_text.hpp"
#include "cli/commands.hpp"
#include "cli/machine_limits.hpp"
#include "cli/pack/project_packs.hpp"
#include "cli/plan_run.hpp"
#include "cli/prepare.hpp"
#include "doctor/machine_checks.hpp"
#include "doctor/project_checks.hpp"
#include "doctor/service_checks.hpp"

namespace e2e::host {
namespace {

/// The configuration; defaults where it can't be read, so that the rest can still be looked at.
Config read_config(const Options& options, Findings& findings) {
  const ConfigSources sources = sources_of(options);
  try {
    Config config = load_config(sources);
    if (config.file.empty())
      findings.push_back({Health::warning, "config", "there is no e2e.conf in this folder or one above it",
                          "make one, or name it: -c FILE"});
    else
      findings.push_back({Health::ok,
                          "config",
                          fmt::format("{}, {} service{}", config.file.filename().string(),
                                      config.services.size(), config.services.size() == 1 ? "" : "s"),
                          {}});
    return config;
  } catch (const Fatal& fatal) {
    const std::string all = fatal.what();
    findings.push_back({Health::failure, "config", all.substr(0, all.find('\n')),
                        "`e2e-host config check` shows all that is wrong, with its place"});
  }
  Config defaults;
  defaults.project = sources.working_folder;
  defaults.plugin_paths = {sources.working_folder / "build/plugins"};
  return defaults;
}

/// Whether the packs that the project lists are there, whole, and fit for this machine; their plugins are
/// looked at like others.
void check_packs(Config& config, Findings& findings) {
  if (config.packs.empty()) return;
  try {
    add_project_packs(config, false);
    findings.push_back(
        {Health::ok, "packs", fmt::format("{}, whole and fit for this host", config.packs.size()), {}});
  } catch (const Fatal& fatal) {
    const std::string all = fatal.what();
    findings.push_back({Health::failure, "packs", all.substr(0, all.find('\n')),
                        "`e2e-host pack list` shows which are installed"});
  }
}

uint32_t worker_count(const Config& config) {
  if (!config.parallel.enabled) return 1;
  return config.parallel.max_workers.value_or(auto_workers(read_machine_limits()).count);
}

std::string as_text(const Findings& findings) {
  std::string text;
  size_t width = 0;
  for (const auto& finding : findings) width = std::max(width, finding.check.size());
  for (const auto& finding : findings) {
    text += fmt::format("{:<4}  {:<{}}  {}\n", to_string(finding.health), finding.check, width, finding.text);
    if (!finding.way_out.empty()) text += fmt::format("{:>{}}-> {}\n", "", width + 8, finding.way_out);
  }
  return text;
}

std::string as_json(const Findings& findings) {
  JsonText json;
  json.begin_array();
  for (const auto& finding : findings)
    json.begin_object()
        .member("health", std::string(to_string(finding.health)))
        .member("check", finding.check)
        .member("text", finding.text)
        .member_unless_empty("way_out", finding.way_out)
        .end_object();
  return json.end_array().take() + "\n";
}

}  // namespace

ExitCode doctor_command(const Options& options) {
  Findings findings;
  Config config = read_config(options, findings);
  // Of a configuration that can't be read nothing is known about plugins and services.
  if (findings.front().health != Health::failure) {
    check_packs(config, findings);
    if (!config.plugin_paths.empty()) check_plugins(config, findings);
    check_services(config, options.with_network, findings);
  }
  const std::filesystem::path state_folder = config.project / ".e2e";
  check_state_folder(state_folder, findings);
  check_leftovers(state_folder, findings);
  const char* temporary = std::getenv("TMPDIR");
  check_temporary_folder(temporary && *temporary ? temporary : "/tmp", findings);
  check_kernel(findings);
  check_resources(worker_count(config), read_machine_limits().cpus, findings);
  if (config.resources.processes > 0) check_process_limit(findings);
  check_build_tools(std::getenv("PATH"), findings);

  const auto count = [&](Health health) {
    return std::count_if(findings.begin(), findings.end(),
                         [health](const Finding& finding) { return finding.health == health; });
  };
  std::string text = options.json ? as_json(findings) : as_text(findings);
  if (!options.json)
    text += fmt::format("{} failed, {} to look at\n", count(Health::failure), count(Health::warning));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return count(Health::failure) == 0 ? ExitCode::ok : ExitCode::infrastructure;
}

}  // namespace e2e::host
