#include "doctor/project_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "base/utf8.hpp"
#include "discovery/plugin_search.hpp"
#include "doctor/machine_checks.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

void check_pairs(const Config& config, const FoundPlugins& found, Findings& findings) {
  std::vector<std::string> without_plugin;
  const auto tests = [&](const std::string& service) {
    return std::count_if(found.plugins.begin(), found.plugins.end(),
                         [&](const PluginFile& plugin) { return plugin.note.service == service; });
  };
  for (const auto& service : config.services) {
    if (tests(service.name) == 0) without_plugin.push_back(service.name);
    if (tests(service.name) > 1)
      findings.push_back({Health::failure, "plugins",
                          fmt::format("service {} has {} plugins", service.name, tests(service.name)),
                          "put their modules into one, or take one out of the folder"});
  }
  if (!without_plugin.empty() && tests("*") == 0)
    findings.push_back({Health::warning, "plugins",
                        fmt::format("no plugin tests {}", fmt::join(without_plugin, ", ")),
                        "build it with e2e_add_plugin(... SERVICE NAME ...), or take the service out"});
  for (const auto& plugin : found.plugins)
    if (plugin.note.service != "*" && config.service(plugin.note.service) == nullptr)
      findings.push_back(
          {Health::failure, "plugins",
           fmt::format("{} tests the service {}, which is not configured", printable(plugin.path.string()),
                       printable(plugin.note.service)),
           fmt::format("add to e2e.conf: services: {{{}: {{base_url: \"http://127.0.0.1:8080\"}}}}",
                       printable(plugin.note.service))});
}

/// The processes of this user, as far as they can be seen.
std::vector<fs::path> processes() {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error))
    if (entry->path().filename().string().find_first_not_of("0123456789") == std::string::npos)
      found.push_back(entry->path());
  return found;
}

/// The run's folder that this process keeps the journal of; empty: none.
fs::path run_of(const fs::path& process, const fs::path& runs) {
  std::error_code error;
  for (fs::directory_iterator entry(process / "fd", error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    const fs::path target = fs::read_symlink(entry->path(), ignored);
    if (target.filename() == "events.ndjson" && target.parent_path().parent_path() == runs)
      return target.parent_path();
  }
  return {};
}

/// True where the journal's last line says that the run is over.
bool has_ended(const fs::path& journal) {
  std::ifstream in(journal, std::ios::binary | std::ios::ate);
  const std::streamoff size = in.tellg();
  constexpr std::streamoff tail = 64 * 1024;
  in.seekg(std::max<std::streamoff>(0, size - tail));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.find("\"event\":\"run_finished\"") != text.npos;
}

/// Processes whose environment says that they belong to one of these runs.
std::vector<std::string> processes_of(const std::set<std::string>& run_ids) {
  std::vector<std::string> found;
  for (const auto& process : processes()) {
    std::ifstream in(process / "environ", std::ios::binary);
    const std::string variables{std::istreambuf_iterator<char>(in), {}};
    constexpr std::string_view name = "E2E_RUN_ID=";
    const size_t at = variables.starts_with(name) ? 0 : variables.find('\0' + std::string(name));
    if (at == variables.npos) continue;
    const std::string id = variables.c_str() + at + name.size() + (at == 0 ? 0 : 1);
    if (run_ids.contains(id)) found.push_back(process.filename());
  }
  return found;
}

}  // namespace

void check_plugins(const Config& config, Findings& findings) {
  const FoundPlugins found = find_plugins(config.plugin_paths, HostPlatform::current());
  const size_t before = findings.size();
  for (const auto& problem : found.problems)
    findings.push_back(
        {Health::failure, "plugins", problem, "build the plugins, or say where they are: --plugins PATH"});
  if (found.plugins.empty() && found.problems.empty())
    findings.push_back(
        {Health::failure, "plugins",
         fmt::format("there is none in {}", printable(config.plugin_paths.front().string())),
         "build them, or say where they are: --plugins PATH, or plugins: {paths: [PATH]} in e2e.conf"});
  if (!found.plugins.empty()) check_pairs(config, found, findings);
  if (findings.size() == before)
    findings.push_back({Health::ok,
                        "plugins",
                        fmt::format("{}, all fit for this host, each with its service", found.plugins.size()),
                        {}});
}

void check_state_folder(const fs::path& folder, Findings& findings) {
  const std::string shown = printable(folder.string());
  std::error_code ignored;
  const bool is_there = fs::exists(fs::symlink_status(folder, ignored));
  std::string why;
  if (is_there && !fs::is_directory(folder, ignored))
    why = "it is not a folder";
  else
    why = why_not_writable(is_there ? folder : folder.parent_path());
  if (!why.empty()) {
    findings.push_back({Health::failure, "state folder",
                        fmt::format("{} can't be {}: {}", shown, is_there ? "written" : "made", why),
                        is_there && why == "it is not a folder"
                            ? "move that file away"
                            : "make the project's folder writable, or work in a copy of it"});
    return;
  }
  struct statvfs filesystem {};
  constexpr uint64_t little = 100 * mib;
  const fs::path place = is_there ? folder : folder.parent_path();
  const bool is_known = ::statvfs(place.c_str(), &filesystem) == 0;
  const uint64_t free = filesystem.f_bavail * filesystem.f_frsize;
  if (is_known && free < little)
    findings.push_back({Health::warning, "state folder",
                        fmt::format("{} MiB are left on the disk of {}", free / mib, shown),
                        "journals and reports need some: make room"});
  else
    findings.push_back(
        {Health::ok, "state folder", fmt::format("{} can be {}", shown, is_there ? "written" : "made"), {}});
}

void check_leftovers(const fs::path& state_folder, Findings& findings) {
  std::error_code error;
  const fs::path runs = fs::weakly_canonical(state_folder / "runs", error);
  std::set<fs::path> unfinished;
  for (fs::directory_iterator entry(runs, error), end; !error && entry != end; entry.increment(error))
    if (!has_ended(entry->path() / "events.ndjson")) unfinished.insert(entry->path());
  if (!unfinished.empty())
    for (const auto& process : processes()) unfinished.erase(run_of(process, runs));
  std::set<std::string> ids;
  for (const auto& run : unfinished) {
    const std::string name = run.filename();
    ids.insert(name.substr(name.rfind('-') + 1));
  }
  if (unfinished.empty()) {
    findings.push_back({Health::ok, "leftovers", "no run was killed before its end", {}});
    return;
  }
  findings.push_back(
      {Health::warning, "leftovers",
       fmt::format("{} run{} never ended: {}", unfinished.size(), unfinished.size() == 1 ? "" : "s",
                   printable(unfinished.rbegin()->string())),
       "look at the journal there, then remove the folder"});
  if (const auto left = processes_of(ids); !left.empty())
    findings.push_back({Health::failure, "leftovers",
                        fmt::format("of a killed run these processes are left: {}", fmt::join(left, ", ")),
                        fmt::format("kill {}", fmt::join(left, " "))});
}

}  // namespace e2e::host
