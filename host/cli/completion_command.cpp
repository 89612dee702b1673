#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <set>
#include <string>
#include <vector>

#include "base/output_request.hpp"
#include "base/utf8.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/find_journal.hpp"
#include "cli/prepare.hpp"
#include "config/locate_config.hpp"
#include "config/yaml_document.hpp"
#include "discovery/describe_cache.hpp"
#include "discovery/plugin_search.hpp"
#include "discovery/test_annotations.hpp"
#include "pack/pack_store.hpp"
#include "pack/trust.hpp"

namespace e2e::host {
namespace {

/// The tests that `list` or `run` has seen: nobody's code is run because of a key press.
void add_test_names(const Config& config, NameKind kind, std::set<std::string>& names) {
  const DescribeCache cache(config.project / ".e2e" / "cache" / "describe");
  for (const auto& plugin : find_plugins(config.plugin_paths, HostPlatform::current()).plugins)
    for (const auto& service : config.services) {
      if (plugin.note.service != service.name && plugin.note.service != "*") continue;
      const auto known = cache.find(plugin.content_hash, service.name);
      if (!known) continue;
      std::vector<std::string> ignored;
      for (const auto& test : known->tests) {
        if (kind == NameKind::tests)
          names.insert(fmt::format("{}::{}::{}", service.name, test.module, test.name));
        else if (kind == NameKind::modules)
          names.insert(test.module);
        else
          for (const auto& tag : read_annotations(test, ignored).tags) names.insert(tag);
      }
    }
}

void add_environments(const ConfigSources& sources, std::set<std::string>& names) {
  const auto location = locate_config(sources.working_folder, sources.file, sources.variables);
  if (!location) return;
  const SourceText source(SourceKind::file, location->shown, read_config_file(location->file));
  Diagnostics ignored;
  const YamlPointer root = parse_yaml(source, ignored);
  const YamlNode* environments = root ? root->find("environments") : nullptr;
  if (!environments) return;
  for (const auto& entry : environments->entries) names.insert(entry.key);
}

/// What this user has installed, or trusts.
void add_pack_names(NameKind kind, std::set<std::string>& names) {
  const auto trusted = read_trust(trust_file());
  if (kind == NameKind::publishers) {
    for (const auto& key : trusted) names.insert(key.publisher);
    return;
  }
  std::vector<std::string> ignored;
  for (const auto& pack : PackStore(PackStore::default_folder(), trusted).list(ignored)) {
    const Manifest& manifest = pack.head.manifest;
    names.insert({manifest.id, fmt::format("{}@{}", manifest.id, manifest.version)});
  }
}

/// What the project in the working folder knows; nothing where it is broken.
std::vector<std::string> names_here(NameKind kind) {
  if (kind == NameKind::outputs) return output_format_words();
  std::set<std::string> names;
  try {
    if (kind == NameKind::packs || kind == NameKind::publishers) {
      add_pack_names(kind, names);
      return {names.begin(), names.end()};
    }
    const ConfigSources sources = process_sources();
    if (kind == NameKind::environments) {
      add_environments(sources, names);
    } else {
      const Config config = load_config(sources);
      if (kind == NameKind::services || kind == NameKind::tests)
        for (const auto& service : config.services) names.insert(service.name);
      if (kind == NameKind::runs) {
        names.insert("latest");
        for (const auto& run : run_names(config.project / ".e2e" / "runs")) names.insert(run);
      } else if (kind == NameKind::settings)
        for (const auto& setting : config.settings) names.insert(setting.key);
      else if (kind != NameKind::services)
        add_test_names(config, kind, names);
    }
  } catch (const std::exception&) {
    names.clear();
  }
  return {names.begin(), names.end()};
}

}  // namespace

ExitCode completion_command(const Options& options) {
  const std::string_view script = completion_script(options.shell);
  std::fwrite(script.data(), 1, script.size(), stdout);
  return ExitCode::ok;
}

ExitCode complete_command(const Options& options) {
  CLI::App app;
  Options unused;
  define_command_line(app, unused);
  std::string text;
  for (const auto& candidate : complete(app, options.words, names_here))
    if (printable(candidate.value) == candidate.value)
      text += candidate.value + (candidate.description.empty() ? "" : "\t" + candidate.description) + "\n";
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitCode::ok;
}

}  // namespace e2e::host
