#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/prepare.hpp"
#include "config/load_config.hpp"
#include "config/locate_config.hpp"
#include "config/source_text.hpp"
#include "sample/sample_service.hpp"
#include "scaffold/names.hpp"
#include "scaffold/scaffold.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

void tell(const char* what, const fs::path& folder, const std::vector<fs::path>& files) {
  for (const auto& file : files)
    fmt::print("{:8} {}\n", what, printable((folder / file).lexically_normal().string()));
}

/// The project's configuration file. Throws Fatal(usage) where there is none.
ConfigLocation project_config(const Options& options) {
  const ConfigSources sources = sources_of(options);
  const auto location = locate_config(sources.working_folder, sources.file, sources.variables);
  if (!location)
    throw Fatal(
        ExitCode::usage,
        "error: there is no e2e.conf, in this folder or above\nhint: `e2e-host init` makes a project");
  return *location;
}

std::string read_text(const ConfigLocation& location) {
  try {
    return read_config_file(location.file);
  } catch (const std::runtime_error& error) {
    throw Fatal(ExitCode::usage, fmt::format("{}: error: {}", location.shown, error.what()));
  }
}

/// The project's folder as the user sees it from the working folder.
fs::path shown_project(const ConfigLocation& location) {
  std::error_code error;
  const fs::path relative = fs::relative(location.project, fs::current_path(), error);
  return error || relative.empty() ? location.project : relative;
}

/// Whether the file is there and speaks of that class.
bool declares(const fs::path& file, const std::string& page_class) {
  std::ifstream stream(file);
  std::string text(64 * 1024, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(stream.gcount()));
  return text.find("class " + page_class) != std::string::npos ||
         text.find("struct " + page_class) != std::string::npos;
}

/// The number in front of a module's name, as in "02_refunds.cpp"; 0: none.
unsigned module_number(const std::string& name) {
  unsigned number = 0;
  for (size_t at = 0; at < name.size() && at < 4 && name[at] >= '0' && name[at] <= '9'; ++at)
    number = number * 10 + static_cast<unsigned>(name[at] - '0');
  return number;
}

/// The next module of the folder: "03_NAME.cpp" behind "02_refunds.cpp". Throws where one of that name is
/// there.
std::string next_module(const fs::path& folder, const std::string& test) {
  unsigned last = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".cpp") continue;
    last = std::max(last, module_number(name));
    const std::string stem = entry.path().stem().string();
    if (stem == test || stem.substr(std::min(stem.find('_'), stem.size() - 1) + 1) == test)
      throw Fatal(ExitCode::usage, fmt::format("error: {} is there already\nhint: nothing was written",
                                               printable(entry.path().lexically_normal().string())));
  }
  return fmt::format("{:02}_{}.cpp", last + 1, test);
}

}  // namespace

ExitCode init_command(const Options& options) {
  const fs::path folder = options.new_folder.empty() ? fs::path(".") : options.new_folder;
  const NewService service{options.new_service.empty() ? "sample" : options.new_service, options.new_url};
  const CiChoice ci{options.new_ci == "both" || options.new_ci == "github",
                    options.new_ci == "both" || options.new_ci == "gitlab"};
  const fs::path absolute = fs::absolute(folder).lexically_normal();
  const std::string name = (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
  FileMaker maker(absolute);
  maker.make(project_files(name, service, ci));
  maker.keep();
  tell("made", folder, maker.made());
  tell("kept", folder, maker.kept());
  const auto& kept = maker.kept();
  if (std::find(kept.begin(), kept.end(), ".gitignore") != kept.end())
    fmt::print("hint: let .gitignore name /build/ and /.e2e/\n");
  fmt::print("\nNext:\n");
  if (folder != ".") fmt::print("  cd {}\n", printable(folder.string()));
  fmt::print("  e2e-host run --build\n");
  return ExitCode::ok;
}

ExitCode new_service_command(const Options& options) {
  const ConfigLocation location = project_config(options);
  const NewService service{options.new_service, options.new_url};
  const std::string text =
      with_service(read_text(location), location.shown, service.name, service_entry(service));
  FileMaker maker(location.project);
  maker.make(service_files(service));
  replace_file(location.file, text);
  maker.keep();
  tell("made", shown_project(location), maker.made());
  fmt::print("{:8} {}\n\nNext:\n  e2e-host run --build {}\n", "changed", location.shown, service.name);
  return ExitCode::ok;
}

ExitCode new_test_command(const Options& options) {
  const ConfigLocation location = project_config(options);
  const std::string& service = options.new_service;
  const Config config = load_config(sources_of(options));
  if (!config.service(service)) {
    std::vector<std::string> names;
    for (const auto& candidate : config.services) names.push_back(candidate.name);
    const std::string meant = near_miss(service, names);
    throw Fatal(ExitCode::usage,
                fmt::format("error: {} has no service '{}'{}\nhint: `e2e-host new service NAME` adds one",
                            location.shown, printable(service),
                            meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
  }
  const fs::path project = shown_project(location);
  const fs::path folder = fs::path("services") / service;
  const bool has_page = declares(location.project / folder / page_file_of(service), page_class_of(service));
  const std::string module = next_module(location.project / folder / "modules", options.new_test);
  FileMaker maker(location.project);
  maker.make({test_file(service, module, options.new_test, has_page)});
  maker.keep();
  tell("made", project, maker.made());
  fmt::print("\nNext:\n  e2e-host run --build {}::{}::{}\n", service, fs::path(module).stem().string(),
             options.new_test);
  return ExitCode::ok;
}

ExitCode sample_service_command(const Options& options) {
  serve_sample(options.port);
  return ExitCode::ok;
}

}  // namespace e2e::host
