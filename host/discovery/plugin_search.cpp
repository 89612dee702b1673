#include "discovery/plugin_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> libraries_in(const fs::path& folder, std::vector<std::string>& problems) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->path().extension() == ".so") files.push_back(entry->path());
  if (error) problems.push_back(fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

FoundPlugins find_plugins(const std::vector<fs::path>& paths, const HostPlatform& platform) {
  FoundPlugins found;
  std::set<fs::path> seen;
  const auto take = [&](const fs::path& file, bool is_named) {
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(file, error);
    if (!seen.insert(error ? file : canonical).second) return;
    auto result = read_plugin_file(file, platform);
    if (auto* plugin = std::get_if<PluginFile>(&result))
      found.plugins.push_back(std::move(*plugin));
    else if (auto* refusal = std::get_if<Refusal>(&result))
      found.problems.push_back(refusal->sentence);
    else
      (is_named ? found.problems : found.passed_over).push_back(std::get<NotAPlugin>(result).sentence);
  };
  for (const fs::path& path : paths) {
    std::error_code error;
    const auto status = fs::status(path, error);
    if (fs::is_directory(status)) {
      for (const auto& file : libraries_in(path, found.problems)) take(file, false);
    } else {
      take(path, true);
    }
  }
  return found;
}

}  // namespace e2e::host
