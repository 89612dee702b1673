#include "config/load_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string_view>

#include "base/secret_values.hpp"
#include "config/locate_config.hpp"
#include "config/overrides.hpp"
#include "config/schema.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// One loading: the layers, weakest first, become one tree, and that becomes the Config. Every layer is also
/// read by itself, so that what is wrong in it is told even where another overrides it.
class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  void read_file(const ConfigLocation& location) {
    try {
      add_file(location.shown, read_config_file(location.file));
    } catch (const std::runtime_error& error) {
      const SourceText& source = texts_.emplace_back(SourceKind::file, location.shown, "");
      const std::string hint = location.named_by.empty() ? "" : fmt::format("{} names it", location.named_by);
      diagnostics_.add({&source, 0, 0, 1}, error.what(), hint);
    }
  }

  void add_file(const std::string& shown, std::string text) {
    file_ = parse_yaml(texts_.emplace_back(SourceKind::file, shown, std::move(text)), diagnostics_);
    if (file_) check(*file_, Reading::whole_file);
  }

  Config load() {
    read_overrides();
    // What the file's values are for can't be said where its text is broken.
    if (!file_ && !diagnostics_.is_empty()) diagnostics_.throw_if_any();
    const YamlPointer everything = merged();
    ReadContext context{Reading::merged, diagnostics_, sources_.variables, {}};
    Config config = read_schema(everything.get(), context);
    diagnostics_.throw_if_any();
    config.settings = std::move(context.settings);
    SecretValues secrets;
    for (const std::string& value : config.secret_values) secrets.add(value);
    for (Setting& setting : config.settings) secrets.scrub(setting.value);
    return config;
  }

 private:
  void check(const YamlNode& layer, Reading reading) {
    ReadContext context{reading, diagnostics_, sources_.variables, {}};
    read_schema(&layer, context);
  }

  void read_overrides() {
    overrides_ = read_variable_layers(sources_.variables, texts_, diagnostics_);
    const auto names = service_names();
    for (const auto& setting : sources_.settings)
      if (YamlPointer layer = read_set_option(setting, names, texts_, diagnostics_))
        overrides_.push_back(layer);
    if (sources_.environment) {
      const SourceRange at{&texts_.emplace_back(SourceKind::option, "--environment", ""), 0, 0, 1};
      overrides_.push_back(
          yaml_map(at, "general", yaml_map(at, "environment", yaml_scalar(at, *sources_.environment))));
    }
    for (const auto& layer : overrides_) check(*layer, Reading::one_layer);
  }

  [[nodiscard]] std::vector<std::string> service_names() const {
    std::vector<std::string> names;
    const auto collect = [&names](const YamlNode* layer) {
      const YamlNode* services = layer ? layer->find("services") : nullptr;
      if (!services) return;
      for (const auto& entry : services->entries) names.push_back(entry.key);
    };
    collect(file_.get());
    if (const YamlNode* environments = file_ ? file_->find("environments") : nullptr)
      for (const auto& overlay : environments->entries) collect(overlay.value.get());
    return names;
  }

  [[nodiscard]] YamlPointer merged() {
    YamlPointer base = file_;
    const YamlPointer overlay = chosen_overlay();
    if (file_ && file_->find("environments")) {
      auto rest = std::make_shared<YamlNode>(*file_);
      std::erase_if(rest->entries, [](const YamlEntry& entry) { return entry.key == "environments"; });
      base = merge_yaml(rest, overlay);
    }
    for (const auto& layer : overrides_) base = merge_yaml(base, layer);
    return base;
  }

  /// The overlay of the environment that the strongest layer names; null if the file has none for it.
  [[nodiscard]] YamlPointer chosen_overlay() {
    std::string chosen = Config().environment;
    std::string base_name = chosen;
    const YamlNode* chosen_by = nullptr;
    const auto look_at = [&](const YamlNode& layer) {
      const YamlNode* general = layer.find("general");
      const YamlNode* node = general ? general->find("environment") : nullptr;
      if (!node || node->kind != YamlNode::Kind::scalar) return;
      chosen = expand(node->text, sources_.variables).text;
      chosen_by = node;
    };
    if (file_) look_at(*file_);
    base_name = chosen;
    for (const auto& layer : overrides_) look_at(*layer);

    std::vector<std::string> names;
    if (const YamlNode* environments = file_ ? file_->find("environments") : nullptr)
      for (const auto& entry : environments->entries) {
        if (entry.key == chosen) return entry.value;
        names.push_back(entry.key);
      }
    // Without an overlay the file's own name stands for the rest of the file; another would run the wrong
    // thing.
    if (chosen != base_name) refuse_environment(*chosen_by, chosen, std::move(names), base_name);
    return nullptr;
  }

  void refuse_environment(const YamlNode& at, const std::string& chosen, std::vector<std::string> names,
                          const std::string& base_name) {
    const bool has_overlays = !names.empty();
    names.push_back(base_name);
    std::string hint = did_you_mean(chosen, names);
    if (hint.empty() && has_overlays) hint = fmt::format("there are: {}", fmt::join(names, ", "));
    if (hint.empty())
      hint = fmt::format(
          "the configuration has no environments, only '{}'; add them: environments: {{{}: {{...}}}}",
          base_name, chosen);
    diagnostics_.add(at.at, fmt::format("there is no environment {}", in_quotes(chosen)), std::move(hint));
  }

  const ConfigSources& sources_;
  std::deque<SourceText> texts_;
  Diagnostics diagnostics_;
  YamlPointer file_;
  std::vector<YamlPointer> overrides_;
};

/// Makes the paths absolute and adds those of --plugins and the environment.
void complete_plugin_paths(Config& config, const ConfigSources& sources) {
  std::vector<fs::path> paths;
  const auto add = [&](const fs::path& folder, const fs::path& path, std::string_view origin) {
    const fs::path absolute = (folder / path).lexically_normal();
    if (std::find(paths.begin(), paths.end(), absolute) != paths.end()) return;
    paths.push_back(absolute);
    if (!origin.empty()) config.settings.push_back({"plugins.paths", path.string(), std::string(origin)});
  };
  for (const auto& path : config.plugin_paths) add(config.project, path, {});
  for (const auto& path : sources.plugins) add(sources.working_folder, path, "--plugins");
  if (const auto variable = sources.variables.find("E2E_PLUGIN_PATH"); variable != sources.variables.end()) {
    for (std::string_view rest = variable->second; !rest.empty();) {
      const size_t colon = rest.find(':');
      if (colon != 0) add(sources.working_folder, rest.substr(0, colon), "E2E_PLUGIN_PATH");
      rest = colon == rest.npos ? std::string_view() : rest.substr(colon + 1);
    }
  }
  if (paths.empty() && config.packs.empty()) add(config.project, "build/plugins", "default");
  config.plugin_paths = std::move(paths);
}

}  // namespace

ConfigSources process_sources() {
  ConfigSources sources;
  sources.working_folder = fs::current_path();
  for (char** variable = environ; variable && *variable; ++variable) {
    const std::string_view text = *variable;
    const size_t equals = text.find('=');
    if (equals != text.npos) sources.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return sources;
}

Config load_config(const ConfigSources& sources) {
  const auto location = locate_config(sources.working_folder, sources.file, sources.variables);
  Loader loader(sources);
  if (location) loader.read_file(*location);
  Config config = loader.load();
  if (location) config.file = location->file;
  config.project = location ? location->project : sources.working_folder;
  complete_plugin_paths(config, sources);
  return config;
}

Config load_config_text(std::string text, const Variables& variables) {
  ConfigSources sources;
  sources.variables = variables;
  Loader loader(sources);
  loader.add_file("e2e.conf", std::move(text));
  return loader.load();
}

}  // namespace e2e::host
