#include "scaffold/scaffold.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "scaffold/names.hpp"
#include "scaffold/templates.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

std::string indented_entry(const NewService& service) {
  std::string text = fmt::format("  {}:", service.name);
  for (const auto& line : service_entry(service)) text += "\n    " + line;
  return text;
}

}  // namespace

EntryLines service_entry(const NewService& service) {
  // A URL has no blanks, so as a plain value it can only be mistaken where a ':' ends it.
  if (service.base_url.ends_with(':')) return {fmt::format("base_url: \"{}\"", service.base_url)};
  if (!service.base_url.empty()) return {fmt::format("base_url: {}", service.base_url)};
  return {"base_url: http://127.0.0.1:${service.port}",
          "# A sample that e2e-host serves, so that there is something to test. Say here how yours is "
          "started; or take",
          "# `start` out, and let base_url say where it runs.",
          "start:", "  command: [e2e-host, sample-service, --port, \"${service.port}\"]"};
}

std::vector<NewFile> service_files(const NewService& service) {
  const std::map<std::string, std::string, std::less<>> values = {{"SERVICE", service.name},
                                                                  {"PAGE_CLASS", page_class_of(service.name)},
                                                                  {"PAGE_FILE", page_file_of(service.name)}};
  const bool is_sample = service.base_url.empty();
  const fs::path folder = fs::path("services") / service.name;
  return {
      {folder / page_file_of(service.name), filled(is_sample ? "sample_page.hpp.in" : "page.hpp.in", values)},
      {folder / "modules" / (is_sample ? "01_notes.cpp" : "01_health.cpp"),
       filled(is_sample ? "sample_module.cpp.in" : "health_module.cpp.in", values)}};
}

NewFile test_file(std::string_view service, std::string_view file_name, std::string_view test,
                  bool has_page) {
  const std::string include = has_page ? fmt::format("\"../{}\"", page_file_of(service)) : "<e2e/e2e.hpp>";
  return {fs::path("services") / service / "modules" / file_name,
          filled("test.cpp.in", {{"INCLUDE", include},
                                 {"PAGE_CLASS", has_page ? page_class_of(service) : "e2e::Page"},
                                 {"TEST", std::string(test)}})};
}

std::vector<NewFile> project_files(std::string_view folder, const NewService& service, const CiChoice& ci) {
  const std::map<std::string, std::string, std::less<>> values = {
      {"PROJECT", project_name_of(folder)}, {"SERVICE", service.name}, {"SERVICES", indented_entry(service)}};
  std::vector<NewFile> files = {{"CMakeLists.txt", filled("CMakeLists.txt", values)},
                                {"e2e.conf", filled("e2e.conf", values)},
                                {"CMakePresets.json", filled("CMakePresets.json", values), true},
                                {".gitignore", filled("gitignore", values), true},
                                {".vscode/tasks.json", filled("tasks.json", values), true},
                                {"README.md", filled("README.md", values), true}};
  if (ci.github) files.push_back({".github/workflows/e2e.yml", filled("github.yml", values), true});
  if (ci.gitlab) files.push_back({".gitlab-ci.yml", filled("gitlab.yml", values), true});
  for (auto& file : service_files(service)) files.push_back(std::move(file));
  return files;
}

}  // namespace e2e::host
