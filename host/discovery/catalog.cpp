#include "discovery/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "discovery/describe_cache.hpp"
#include "discovery/plugin_search.hpp"
#include "discovery/test_annotations.hpp"

namespace e2e::host {
namespace {

using Problems = std::vector<std::string>;

void throw_if_any(ExitCode code, const Problems& problems) {
  if (problems.empty()) return;
  std::string text;
  for (const auto& problem : problems) text += (text.empty() ? "error: " : "\nerror: ") + problem;
  throw Fatal(code, text);
}

/// Asks the plugins that the cache does not know.
void describe_plugins(std::vector<CatalogPlugin>& plugins, const DescribeCache& cache,
                      const Describer& describe, Problems& problems) {
  std::vector<DescribeRequest> requests;
  std::vector<CatalogPlugin*> asked;
  for (CatalogPlugin& plugin : plugins) {
    if (auto known = cache.find(plugin.file.content_hash, plugin.service)) {
      plugin.described = std::move(*known);
    } else {
      requests.push_back({plugin.file.path.string(), plugin.service});
      asked.push_back(&plugin);
    }
  }
  if (requests.empty()) return;
  auto answers = describe(requests);
  for (size_t i = 0; i < asked.size(); ++i) {
    if (auto* sentence = std::get_if<std::string>(&answers[i])) {
      problems.push_back(printable(*sentence));
      continue;
    }
    asked[i]->described = std::move(std::get<DescribedPlugin>(answers[i]));
    if (!asked[i]->described.is_dynamic)
      cache.keep(asked[i]->file.content_hash, asked[i]->service, asked[i]->described);
  }
}

bool is_good_name(std::string_view name) {
  constexpr size_t max_name_bytes = 200;
  return !name.empty() && name.size() <= max_name_bytes && name.find("::") == std::string_view::npos &&
         name.find_first_of("\n\t") == std::string_view::npos && printable(name) == name;
}

/// The tests of all plugins, in canonical order, with what they say of themselves. Dependencies are still
/// names.
void collect_tests(Catalog& catalog, Problems& problems) {
  for (uint32_t index = 0; index < catalog.plugins.size(); ++index) {
    CatalogPlugin& plugin = catalog.plugins[index];
    plugin.list_fingerprint = fingerprint(plugin.described.tests);
    for (const DescribedTest& described : plugin.described.tests) {
      if (!is_good_name(described.module) || !is_good_name(described.name)) {
        problems.push_back(fmt::format(
            "{}: describes a test named '{}::{}'; a name is 1 to 200 bytes of printable UTF-8 without '::'",
            plugin.file.path.string(), printable(described.module), printable(described.name)));
        continue;
      }
      TestAnnotations annotations = read_annotations(described, problems);
      CatalogTest test;
      test.plugin = index;
      test.priority = annotations.priority;
      test.info.service = plugin.service;
      test.info.module = described.module;
      test.info.name = described.name;
      test.info.id = fmt::format("{}::{}::{}", plugin.service, described.module, described.name);
      test.info.file = printable(described.file);
      test.info.line = described.line;
      test.info.tags = std::move(annotations.tags);
      test.info.priority = to_string(annotations.priority);
      test.info.depends_on = std::move(annotations.depends_on);
      test.info.timeout_ms = annotations.timeout_ms;
      test.info.max_attempts = annotations.max_attempts;
      catalog.tests.push_back(std::move(test));
    }
  }
  std::stable_sort(catalog.tests.begin(), catalog.tests.end(),
                   [](const CatalogTest& a, const CatalogTest& b) {
                     return std::tie(a.info.service, a.info.module) < std::tie(b.info.service, b.info.module);
                   });
}

/// Turns the names that tests depend on into tests: looked for in the module, then the service, then as a
/// full id.
void resolve_dependencies(Catalog& catalog, Problems& problems) {
  std::unordered_map<std::string, uint32_t> by_id;
  std::unordered_multimap<std::string, uint32_t> by_name;  // service::name
  std::vector<std::string> ids;
  for (uint32_t index = 0; index < catalog.tests.size(); ++index) {
    const TestInfo& info = catalog.tests[index].info;
    if (!by_id.emplace(info.id, index).second) {
      const auto& first = catalog.tests[by_id[info.id]];
      problems.push_back(fmt::format("{}:{}: test {} exists already, at {}:{}; rename one of them", info.file,
                                     info.line, info.id, first.info.file, first.info.line));
    }
    by_name.emplace(info.service + "::" + info.name, index);
    ids.push_back(info.id);
  }
  const auto find = [&](const TestInfo& info, const std::string& name) -> std::optional<uint32_t> {
    for (const auto& id : {fmt::format("{}::{}::{}", info.service, info.module, name),
                           fmt::format("{}::{}", info.service, name), name})
      if (const auto found = by_id.find(id); found != by_id.end()) return found->second;
    const auto [first, last] = by_name.equal_range(info.service + "::" + name);
    if (first == last) return std::nullopt;
    if (std::next(first) != last)
      problems.push_back(
          fmt::format("{}:{}: test {} depends on '{}', which several modules of {} have; write module::{}",
                      info.file, info.line, info.id, name, info.service, name));
    return first->second;
  };
  for (CatalogTest& test : catalog.tests) {
    for (std::string& name : test.info.depends_on) {
      if (const auto found = find(test.info, name)) {
        test.depends_on.push_back(*found);
        name = catalog.tests[*found].info.id;
        continue;
      }
      std::vector<std::string> candidates = ids;
      for (const auto& other : catalog.tests)
        if (other.info.service == test.info.service) candidates.push_back(other.info.name);
      const std::string meant = near_miss(name, candidates);
      problems.push_back(fmt::format("{}:{}: test {} depends on '{}', which does not exist{}", test.info.file,
                                     test.info.line, test.info.id, printable(name),
                                     meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant)));
    }
  }
}

void check_services(const Config& config, const std::vector<CatalogPlugin>& plugins, Problems& problems) {
  std::vector<std::string> names;
  for (const auto& service : config.services) names.push_back(service.name);
  for (const CatalogPlugin& plugin : plugins) {
    if (config.service(plugin.service) != nullptr) continue;
    const std::string meant = near_miss(plugin.service, names);
    const std::string problem =
        config.file.empty()
            ? std::string("but there is no e2e.conf to configure it\nhint: make one")
            : fmt::format("which {} does not configure{}\nhint: add to it", config.file.filename().string(),
                          meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
    problems.push_back(fmt::format(
        "{}: tests the service '{}', {}: services: {{{}: {{base_url: \"http://127.0.0.1:8080\"}}}}",
        plugin.file.path.string(), plugin.service, problem, plugin.service));
  }
}

void check_one_plugin_a_service(const std::vector<CatalogPlugin>& plugins, Problems& problems) {
  std::unordered_map<std::string, std::string> path_of;
  for (const CatalogPlugin& plugin : plugins)
    if (const auto [first, is_new] = path_of.emplace(plugin.service, plugin.file.path.string()); !is_new)
      problems.push_back(fmt::format(
          "{}: tests the service '{}', as {} does; a service has one plugin: put their modules into one",
          plugin.file.path.string(), plugin.service, first->second));
}

/// Nobody named the default folder: that it is missing says more than that it can't be opened.
void check_default_folder(const Config& config) {
  for (const Setting& setting : config.settings) {
    std::error_code error;
    if (setting.key != "plugins.paths" || setting.origin != "default" || config.plugin_paths.empty() ||
        std::filesystem::exists(config.plugin_paths.front(), error) || error)
      continue;
    throw Fatal(
        ExitCode::infrastructure,
        fmt::format("error: no plugins: {} does not exist{}\nhint: build them (e2e_add_plugin() puts "
                    "them there), or say where they are: --plugins PATH, $E2E_PLUGIN_PATH, or "
                    "plugins: {{paths: [PATH]}} in e2e.conf",
                    printable(config.plugin_paths.front().string()),
                    config.file.empty() ? ", and there is no e2e.conf in this folder or one above it" : ""));
  }
}

}  // namespace

Catalog discover(const Config& config, const std::filesystem::path& cache_folder, const Describer& describe) {
  std::vector<std::filesystem::path> paths;
  for (const auto& path : config.plugin_paths)
    paths.push_back(path.is_absolute() ? path : config.project / path);
  check_default_folder(config);
  FoundPlugins found = find_plugins(paths, HostPlatform::current());

  Catalog catalog;
  catalog.passed_over = std::move(found.passed_over);
  for (PluginFile& file : found.plugins) {
    if (file.note.service == "*") {
      found.problems.push_back(fmt::format(
          "{}: is for any service ('*'); this host runs plugins of one service", file.path.string()));
      continue;
    }
    CatalogPlugin plugin;
    plugin.service = file.note.service;
    plugin.file = std::move(file);
    catalog.plugins.push_back(std::move(plugin));
  }
  describe_plugins(catalog.plugins, DescribeCache(cache_folder), describe, found.problems);
  throw_if_any(ExitCode::infrastructure, found.problems);

  Problems problems;
  check_one_plugin_a_service(catalog.plugins, problems);
  check_services(config, catalog.plugins, problems);
  collect_tests(catalog, problems);
  resolve_dependencies(catalog, problems);
  throw_if_any(ExitCode::usage, problems);
  return catalog;
}

}  // namespace e2e::host
