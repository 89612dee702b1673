#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "base/fatal.hpp"
#include "base/json_text.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/prepare.hpp"
#include "cli/print.hpp"
#include "config/locate_config.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_column = 48;

/// True for the key itself and for all below it.
bool is_asked_for(const Setting& setting, const std::string& key) {
  return setting.key == key || (setting.key.starts_with(key) && setting.key[key.size()] == '.');
}

/// The settings that the keys name; all of them where there is no key.
std::vector<Setting> choose(const std::vector<Setting>& settings, const std::vector<std::string>& keys) {
  if (keys.empty()) return settings;
  std::vector<Setting> chosen;
  std::string problems;
  std::vector<std::string> candidates;
  for (const auto& setting : settings)
    for (size_t dot = 0; dot != setting.key.npos;) {
      dot = setting.key.find('.', dot == 0 ? 0 : dot + 1);
      candidates.push_back(setting.key.substr(0, dot));
    }
  for (const auto& key : keys) {
    if (std::any_of(settings.begin(), settings.end(),
                    [&](const auto& one) { return is_asked_for(one, key); }))
      continue;
    const std::string meant = near_miss(key, candidates);
    problems += fmt::format("{}error: there is no setting '{}'{}", problems.empty() ? "" : "\n",
                            printable(key), meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
  }
  if (!problems.empty())
    throw Fatal(ExitCode::usage, problems + "\nhint: `e2e-host config show` shows all of them");
  std::copy_if(settings.begin(), settings.end(), std::back_inserter(chosen), [&](const Setting& setting) {
    return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return is_asked_for(setting, key); });
  });
  return chosen;
}

std::string as_text(const std::vector<Setting>& settings) {
  size_t key_width = 0, value_width = 0;
  for (const auto& setting : settings) {
    key_width = std::max(key_width, std::min(max_column, setting.key.size()));
    value_width = std::max(value_width, std::min(max_column, printable(setting.value).size()));
  }
  std::string text;
  for (const auto& setting : settings)
    text += fmt::format("{:<{}}  {:<{}}  {}\n", setting.key, key_width, printable(setting.value), value_width,
                        printable(setting.origin));
  return text;
}

std::string as_json(const Config& config, const std::vector<Setting>& settings) {
  JsonText json;
  json.begin_object().key("file");
  if (config.file.empty())
    json.null();
  else
    json.value(config.file.string());
  json.member("project", config.project.string()).key("settings").begin_array();
  for (const auto& setting : settings)
    json.begin_object()
        .member("key", setting.key)
        .member("value", setting.value)
        .member("origin", setting.origin)
        .end_object();
  return json.end_array().end_object().take() + "\n";
}

}  // namespace

ExitCode config_check_command(const Options& options) {
  const ConfigSources sources = sources_of(options);
  const Config config = load_config(sources);
  const auto location = locate_config(sources.working_folder, sources.file, sources.variables);
  if (!location)
    throw Fatal(ExitCode::usage,
                "error: there is no e2e.conf in this folder or one above it\nhint: make one, or name it: "
                "-c FILE");
  const size_t count = config.services.size();
  print(fmt::format("{}: ok, {} service{}\n", printable(location->shown),
                    count == 0 ? "no" : std::to_string(count), count == 1 ? "" : "s"));
  return ExitCode::ok;
}

ExitCode config_show_command(const Options& options) {
  const Config config = load_config(sources_of(options));
  const auto settings = choose(config.settings, options.keys);
  print(options.json ? as_json(config, settings) : as_text(settings));
  return ExitCode::ok;
}

}  // namespace e2e::host
