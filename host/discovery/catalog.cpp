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

/// services.users.plugins.smoke.endpoints[0].path for /endpoints/0/path
std::string setting_name(const CatalogPlugin& plugin, std::string_view pointer) {
  std::string name = fmt::format("services.{}.plugins.{}", plugin.service, plugin.file.note.id);
  while (pointer.starts_with('/')) {
    const size_t next = std::min(pointer.find('/', 1), pointer.size());
    std::string token;
    for (size_t i = 1; i < next; ++i) {
      const bool is_escape = pointer[i] == '~' && i + 1 < next;
      token += !is_escape ? pointer[i] : pointer[++i] == '1' ? '/' : '~';
    }
    const bool is_index = !token.empty() && token.find_first_not_of("0123456789") == std::string::npos;
    name += is_index ? fmt::format("[{}]", token) : "." + token;
    pointer.remove_prefix(next);
  }
  return printable(name);
}

/// What a plugin says of its settings, with the place in the config that it means.
void add_refusals(const Config& config, const CatalogPlugin& plugin, const SettingsRefused& refused,
                  Problems& problems) {
  constexpr size_t max_shown = 50;
  const ServiceConfig* service = config.service(plugin.service);
  const PluginListing* listing = service == nullptr ? nullptr : service->listing(plugin.file.note.id);
  for (size_t i = 0; i < std::min(refused.size(), max_shown); ++i) {
    const SettingsProblem& problem = refused[i];
    std::string origin = listing == nullptr ? plugin.file.path.string() : listing->origin;
    for (std::string_view place = problem.pointer; listing != nullptr && !place.empty();
         place = place.substr(0, place.rfind('/'))) {
      const auto written = listing->places.find(std::string(place));
      if (written != listing->places.end()) {
        origin = written->second;
        break;
      }
      if (place.rfind('/') == std::string_view::npos) break;
    }
    problems.push_back(fmt::format("{}: {}: {}", printable(origin), setting_name(plugin, problem.pointer),
                                   printable(problem.message)));
  }
}

/// Asks the plugins that the cache does not know. Sentences about settings go to `usage_problems`.
void describe_plugins(const Config& config, std::vector<CatalogPlugin>& plugins, const DescribeCache& cache,
                      const Describer& describe, Problems& problems, Problems& usage_problems) {
  std::vector<DescribeRequest> requests;
  std::vector<CatalogPlugin*> asked;
  for (CatalogPlugin& plugin : plugins) {
    // What is configured may be refused, or decide which tests there are.
    auto known = plugin.is_listed ? std::nullopt : cache.find(plugin.file.content_hash, plugin.service);
    if (known) {
      plugin.described = std::move(*known);
    } else {
      requests.push_back({plugin.file.path.string(), plugin.service, plugin.settings});
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
    if (const auto* refused = std::get_if<SettingsRefused>(&answers[i])) {
      add_refusals(config, *asked[i], *refused, usage_problems);
      continue;
    }
    asked[i]->described = std::move(std::get<DescribedPlugin>(answers[i]));
    if (!asked[i]->described.is_dynamic && !asked[i]->is_listed)
      cache.keep(asked[i]->file.content_hash, asked[i]->service, asked[i]->described);
  }
}

/// A name that is none, in one line.
std::string shown_name(std::string_view name) {
  std::string out;
  for (const char c : printable(name)) out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : std::string(1, c);
  return out;
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
            plugin.file.path.string(), shown_name(described.module), shown_name(described.name)));
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
      test.resources = std::move(annotations.resources);
      test.info.depends_on = std::move(annotations.depends_on);
      test.info.timeout_ms = annotations.timeout_ms;
      test.info.max_attempts = annotations.max_attempts;
      catalog.tests.push_back(std::move(test));
    }
  }
  const auto rank = [&](const CatalogTest& test) {
    const CatalogPlugin& plugin = catalog.plugins[test.plugin];
    return std::pair<bool, std::string_view>(plugin.is_for_any(), plugin.file.note.id);
  };
  const auto is_before = [&](const CatalogTest& a, const CatalogTest& b) {
    const auto module_a = std::tie(a.info.service, a.info.module);
    const auto module_b = std::tie(b.info.service, b.info.module);
    return module_a == module_b ? rank(a) < rank(b) : module_a < module_b;
  };
  // Plugins list their tests so, and moving these takes longer than all else here.
  if (!std::is_sorted(catalog.tests.begin(), catalog.tests.end(), is_before))
    std::stable_sort(catalog.tests.begin(), catalog.tests.end(), is_before);
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
      const uint32_t plugin = catalog.tests[index].plugin;
      problems.push_back(
          plugin == first.plugin
              ? fmt::format("{}:{}: test {} exists already, at {}:{}; rename one of them", info.file,
                            info.line, info.id, first.info.file, first.info.line)
              : fmt::format("{} and {} both have the test {} ({}:{} and {}:{}); rename one of them",
                            printable(catalog.plugins[first.plugin].file.path.string()),
                            printable(catalog.plugins[plugin].file.path.string()), info.id, first.info.file,
                            first.info.line, info.file, info.line));
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

/// Nobody named the default folder: that it is missing says more than that it can't be opened, and is no
/// error where services list plugins, which may be installed. True if it is to be passed over.
bool lacks_default_folder(const Config& config) {
  for (const Setting& setting : config.settings) {
    std::error_code error;
    if (setting.key != "plugins.paths" || setting.origin != "default" || config.plugin_paths.empty() ||
        std::filesystem::exists(config.plugin_paths.front(), error) || error)
      continue;
    if (std::any_of(config.services.begin(), config.services.end(),
                    [](const ServiceConfig& service) { return !service.plugins.empty(); }))
      return true;
    throw Fatal(
        ExitCode::infrastructure,
        fmt::format(
            "error: no plugins: {} does not exist{}\nhint: {}, or say where they are: --plugins PATH, "
            "$E2E_PLUGIN_PATH, or plugins: {{paths: [PATH]}} in e2e.conf",
            printable(config.plugin_paths.front().string()),
            config.file.empty() ? ", and there is no e2e.conf in this folder or one above it" : "",
            config.file.empty() ? "`e2e-host init` makes a project"
                                : "`e2e-host run --build` builds them first"));
  }
  return false;
}

}  // namespace

Catalog discover(const Config& config, const DiscoveryFolders& folders, const Describer& describe) {
  std::vector<std::filesystem::path> paths;
  for (const auto& path : config.plugin_paths)
    paths.push_back(path.is_absolute() ? path : config.project / path);
  if (lacks_default_folder(config)) paths.clear();
  const HostPlatform platform = HostPlatform::current();
  FoundPlugins found = find_plugins(paths, platform);
  ServicePlugins matched = match_plugins(std::move(found.plugins), config, folders.installed, platform);

  Catalog catalog;
  catalog.passed_over = std::move(found.passed_over);
  for (auto& sentence : matched.passed_over) catalog.passed_over.push_back(std::move(sentence));
  for (auto& sentence : matched.unusable) found.problems.push_back(std::move(sentence));
  for (ServicePlugin& plugin : matched.plugins) catalog.plugins.push_back({std::move(plugin), {}});
  Problems problems = std::move(matched.problems);
  describe_plugins(config, catalog.plugins, DescribeCache(folders.cache), describe, found.problems, problems);
  throw_if_any(ExitCode::infrastructure, found.problems);
  // What a plugin that is missing or refused would have had is no mistake of the tests that depend on it.
  throw_if_any(ExitCode::usage, problems);
  collect_tests(catalog, problems);
  resolve_dependencies(catalog, problems);
  throw_if_any(ExitCode::usage, problems);
  return catalog;
}

}  // namespace e2e::host
