#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/diagnostics.hpp"
#include "config/expansion.hpp"

namespace e2e::host {

/// Where the configuration file is.
struct ConfigLocation {
  std::filesystem::path file;     ///< absolute
  std::string shown;              ///< what users read: as they wrote it, or as seen from the working folder
  std::filesystem::path project;  ///< the file's folder; if that is called "config", the folder above
  std::string named_by;           ///< "-c", "E2E_CONFIG_PATH"; empty: it was searched and found
};

/// Finds it: `named` (of -c), else $E2E_CONFIG_PATH unless empty, else e2e.conf or config/e2e.conf in the
/// working folder or the nearest folder above that has one. Relative paths count from `working_folder`, which
/// is absolute. A named file need not be there: whoever reads it says why not. nullopt: none was named, and
/// none found.
std::optional<ConfigLocation> locate_config(const std::filesystem::path& working_folder,
                                            const std::optional<std::filesystem::path>& named,
                                            const Variables& variables);

}  // namespace e2e::host
