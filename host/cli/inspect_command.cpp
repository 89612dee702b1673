#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <variant>

#include "base/fatal.hpp"
#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/pack/pack_description.hpp"
#include "discovery/plugin_file.hpp"

namespace e2e::host {
namespace {

std::string as_text(const PluginFile& plugin) {
  std::string text = fmt::format("{}\n", printable(plugin.path.string()));
  const auto add = [&text](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<10} {}\n", name, value);
  };
  add("id", plugin.note.id);
  add("service",
      plugin.note.service != "*"
          ? plugin.note.service
          : fmt::format("any that lists it: services: {{NAME: {{plugins: [{}]}}}}", plugin.note.id));
  add("version", plugin.note.version);
  add("abi", plugin.note.abi.text());
  add("sdk", plugin.note.sdk);
  add("compiler", plugin.note.cxx);
  add("stdlib", plugin.note.stdlib);
  add("sanitizer", plugin.note.sanitizer);
  for (const auto& [key, value] : plugin.note.other) add(key.c_str(), value);
  add("build-id", plugin.build_id);
  add("content", "xxh3-128:" + plugin.content_hash);
  add("size", fmt::format("{} bytes", plugin.size));
  std::string needed;
  for (const auto& library : plugin.needed) needed += (needed.empty() ? "" : ", ") + library;
  add("needs", needed);
  return text;
}

void add_json(JsonText& json, const PluginFile& plugin) {
  json.begin_object()
      .member("path", plugin.path.string())
      .member("id", plugin.note.id)
      .member("service", plugin.note.service);
  json.member("version", plugin.note.version)
      .member("abi", plugin.note.abi.text())
      .member("sdk", plugin.note.sdk);
  json.member("cxx", plugin.note.cxx)
      .member("stdlib", plugin.note.stdlib)
      .member("sanitizer", plugin.note.sanitizer);
  json.member("build_id", plugin.build_id)
      .member("content_hash", plugin.content_hash)
      .member("size", plugin.size);
  json.key("needed").begin_array();
  for (const auto& library : plugin.needed) json.value(library);
  json.end_array().end_object();
}

}  // namespace

ExitCode inspect_command(const Options& options) {
  const HostPlatform platform = HostPlatform::current();
  std::string problems, text;
  JsonText json;
  json.begin_array();
  for (const auto& path : options.files) {
    if (is_pack_file(path)) {
      add_pack_description(path, text, json);
      continue;
    }
    const auto result = read_plugin_file(path, platform);
    if (const auto* plugin = std::get_if<PluginFile>(&result)) {
      text += as_text(*plugin);
      add_json(json, *plugin);
    } else {
      const auto* refusal = std::get_if<Refusal>(&result);
      problems += fmt::format("{}error: {}", problems.empty() ? "" : "\n",
                              refusal ? refusal->sentence : std::get<NotAPlugin>(result).sentence);
    }
  }
  const std::string out = options.json ? json.end_array().take() + "\n" : text;
  std::fwrite(out.data(), 1, out.size(), stdout);
  if (!problems.empty()) throw Fatal(ExitCode::infrastructure, problems);
  return ExitCode::ok;
}

}  // namespace e2e::host
