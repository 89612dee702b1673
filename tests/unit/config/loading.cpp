#include "loading.hpp"

#include <stdlib.h>

#include <e2e_catch.hpp>
#include <fstream>

#include "base/fatal.hpp"

namespace e2e::host::testing {

namespace fs = std::filesystem;

Project::Project() {
  std::string name = (fs::temp_directory_path() / "e2e-config-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  folder_ = fs::canonical(name);
  sources_.working_folder = folder_;
}

Project::Project(std::string_view conf) : Project() { write("e2e.conf", conf); }

Project::~Project() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Project& Project::write(const std::string& path, std::string_view content) {
  fs::create_directories((folder_ / path).parent_path());
  std::ofstream(folder_ / path, std::ios::binary) << content;
  return *this;
}

Project& Project::set(std::string key_value) {
  sources_.settings.push_back(std::move(key_value));
  return *this;
}

Project& Project::variable(const std::string& name, std::string value) {
  sources_.variables[name] = std::move(value);
  return *this;
}

Config Project::load() const { return load_config(sources_); }

std::string Project::error() const {
  try {
    static_cast<void>(load());
  } catch (const Fatal& fatal) {
    CHECK(fatal.code() == ExitCode::usage);
    return fatal.what();
  }
  return "loaded";
}

std::string setting(const Config& config, std::string_view key) {
  std::string out;
  for (const auto& one : config.settings)
    if (one.key == key) out += (out.empty() ? "" : "\n") + one.value + " (" + one.origin + ")";
  return out;
}

}  // namespace e2e::host::testing
