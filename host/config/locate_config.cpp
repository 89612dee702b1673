#include "config/locate_config.hpp"

#include <system_error>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

ConfigLocation location_of(const fs::path& working_folder, const fs::path& path, std::string named_by) {
  ConfigLocation location;
  location.file = (working_folder / path).lexically_normal();
  location.shown = path.string();
  const fs::path folder = location.file.parent_path();
  location.project = folder.filename() == "config" ? folder.parent_path() : folder;
  location.named_by = std::move(named_by);
  return location;
}

/// True also where it is something that can't be read as a file: the user then learns why, instead of getting
/// the configuration of a folder further up.
bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

}  // namespace

std::optional<ConfigLocation> locate_config(const fs::path& working_folder,
                                            const std::optional<fs::path>& named,
                                            const Variables& variables) {
  if (named) return location_of(working_folder, *named, "-c");
  const auto variable = variables.find("E2E_CONFIG_PATH");
  if (variable != variables.end() && !variable->second.empty())
    return location_of(working_folder, variable->second, "E2E_CONFIG_PATH");

  fs::path shown_folder;
  for (fs::path folder = working_folder.lexically_normal();; folder = folder.parent_path()) {
    for (const char* name : {"e2e.conf", "config/e2e.conf"})
      if (is_there(folder / name)) return location_of(working_folder, shown_folder / name, {});
    if (folder == folder.parent_path()) return std::nullopt;
    shown_folder /= "..";
  }
}

}  // namespace e2e::host
