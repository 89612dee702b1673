#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/load_config.hpp"

namespace e2e::host::testing {

/// A project in a folder of its own, removed at the end of its life, and what to load its configuration with.
class Project {
 public:
  Project();
  /// With an e2e.conf.
  explicit Project(std::string_view conf);
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;
  ~Project();

  /// Writes a file, and the folders it is in.
  Project& write(const std::string& path, std::string_view content);
  Project& set(std::string key_value);
  Project& variable(const std::string& name, std::string value);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] ConfigSources& sources() { return sources_; }

  [[nodiscard]] Config load() const;
  /// The text of the Fatal that loading ends with; "loaded" where it ends well. Requires exit code 2.
  [[nodiscard]] std::string error() const;

 private:
  std::filesystem::path folder_;
  ConfigSources sources_;
};

/// "VALUE (ORIGIN)" of a setting; each on a line of its own, if there are several.
std::string setting(const Config& config, std::string_view key);

}  // namespace e2e::host::testing
