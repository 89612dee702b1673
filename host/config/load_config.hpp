#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/expansion.hpp"

namespace e2e::host {

/// All that a Config is made from. Nothing else of the process is looked at, so that tests can make it up.
struct ConfigSources {
  std::filesystem::path working_folder;        ///< absolute
  Variables variables;                         ///< the process's environment
  std::optional<std::filesystem::path> file;   ///< -c
  std::optional<std::string> environment;      ///< -e
  std::vector<std::string> settings;           ///< "KEY=VALUE" of each --set; a later one wins
  std::vector<std::filesystem::path> plugins;  ///< --plugins; relative ones count from the working folder
};

/// The sources of this process, without a command line.
ConfigSources process_sources();

/// Makes the Config: -c, -e and --set over environment variables (see overrides.hpp) over the overlay of the
/// chosen environment over the rest of the file over the defaults. Without a file: no services, and the
/// working folder is the project. Plugin paths are those of the file (from the project), of --plugins and of
/// the colon-separated $E2E_PLUGIN_PATH (both from the working folder), all together; if there are none,
/// build/plugins. Throws Fatal with ExitCode::usage and all diagnostics, as Diagnostics::text() writes them.
/// Safe in any thread.
Config load_config(const ConfigSources& sources);

/// The same for the bytes of a file that was never on a disk, with nothing else set: what the fuzzer calls.
Config load_config_text(std::string text, const Variables& variables);

}  // namespace e2e::host
