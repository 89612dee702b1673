#include "cli/pack/pack_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/utf8.hpp"
#include "pack/archive.hpp"
#include "pack/unpack.hpp"
#include "report/quantity.hpp"

namespace e2e::host {
namespace {

std::string signed_text(const PackHead& head) {
  switch (head.vouched) {
    case Vouched::unsigned_:
      return "by nobody";
    case Vouched::unknown:
      return fmt::format("with key {}, which is not trusted: nothing is known of who made it",
                         head.manifest.key_id);
    case Vouched::trusted:
      return fmt::format("by {}, with key {}", head.manifest.publisher, head.manifest.key_id);
  }
  return {};
}

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ", ") + printable(item);
  return text;
}

std::string tests_text(const std::map<std::string, uint64_t>& tests) {
  std::string text;
  for (const auto& [service, count] : tests)
    text += fmt::format("{}{} of {}", text.empty() ? "" : ", ", count, printable(service));
  return text;
}

uint64_t size_of(const Manifest& manifest) {
  uint64_t size = 0;
  for (const auto& file : manifest.files) size += file.size;
  return size;
}

}  // namespace

const char* to_string(Vouched vouched) noexcept {
  switch (vouched) {
    case Vouched::unsigned_:
      return "unsigned";
    case Vouched::unknown:
      return "unknown";
    case Vouched::trusted:
      return "trusted";
  }
  return "?";
}

std::map<std::string, uint64_t> count_tests(const std::string& tests_json) {
  std::map<std::string, uint64_t> tests;
  const auto list = nlohmann::json::parse(tests_json, nullptr, false);
  if (!list.is_array()) return tests;
  for (const auto& test : list) {
    if (!test.is_object() || !test.contains("service") || !test["service"].is_string()) continue;
    const auto& service = test["service"].get_ref<const std::string&>();
    if (service.size() <= 64 && tests.size() < 1000) ++tests[service];
  }
  return tests;
}

PackView view_of_installed(const InstalledPack& pack) {
  std::string tests;
  try {
    tests = read_small_file(pack.folder / tests_name, max_tests_bytes, false);
  } catch (const PackError&) {  // says nothing of its tests
  }
  return {pack.head, pack.folder.string(), pack.origin, count_tests(tests)};
}

std::string pack_text(const PackView& view, const HostPlatform& platform) {
  const Manifest& manifest = view.head.manifest;
  std::string text = printable(view.where) + "\n";
  const auto add = [&text](const char* name, const std::string& value) {
    if (!value.empty()) text += fmt::format("  {:<10} {}\n", name, value);
  };
  add("pack", fmt::format("{} {}", manifest.id, manifest.version));
  add("publisher", manifest.publisher + (view.head.vouched == Vouched::trusted ? "" : ", as it says itself"));
  add("signed", signed_text(view.head));
  add("digest", "sha256:" + view.head.digest);
  add("from", printable(view.origin));
  add("for", fmt::format("linux {}{}, plugin ABI {}", manifest.arch,
                         manifest.glibc.empty() ? "" : ", glibc " + manifest.glibc, manifest.abi));
  add("tests", tests_text(view.tests));
  for (const auto& plugin : manifest.plugins)
    add("plugin", fmt::format("{} {}   {}   for {}{}", plugin.id, plugin.version, printable(plugin.file),
                              plugin.service == "*" ? "any service" : printable(plugin.service),
                              plugin.toolchain.empty() ? "" : "   " + printable(plugin.toolchain)));
  add("needs", joined(manifest.libraries));
  add("variables", joined(manifest.variables));
  add("files",
      fmt::format("{}, {}", count_text(manifest.files.size(), "file"), size_text(size_of(manifest))));
  for (const auto& file : manifest.files)
    text += fmt::format("    {:04o} {:>10}  {}\n", file.mode, size_text(file.size), printable(file.path));
  for (const auto& obstacle : pack_obstacles(manifest, platform)) add("can't run", obstacle);
  return text;
}

std::string pack_line(const PackView& view) {
  const Manifest& manifest = view.head.manifest;
  return fmt::format("{} {}   by {}, {}   {}   sha256:{}\n", manifest.id, manifest.version,
                     manifest.publisher,
                     view.head.vouched == Vouched::trusted   ? "signed"
                     : view.head.vouched == Vouched::unknown ? "SIGNED BY NOBODY KNOWN"
                                                             : "UNSIGNED",
                     count_text(manifest.plugins.size(), "plugin"), view.head.digest.substr(0, 12));
}

void add_pack_json(JsonText& json, const PackView& view) {
  const Manifest& manifest = view.head.manifest;
  json.begin_object()
      .member("id", manifest.id)
      .member("version", manifest.version)
      .member("publisher", manifest.publisher);
  json.member("trust", to_string(view.head.vouched)).member_unless_empty("key", manifest.key_id);
  json.member("digest", view.head.digest)
      .member("path", view.where)
      .member_unless_empty("origin", view.origin);
  json.member("arch", manifest.arch).member_unless_empty("glibc", manifest.glibc).member("abi", manifest.abi);
  json.key("tests").begin_object();
  for (const auto& [service, count] : view.tests) json.member(service, count);
  json.end_object().key("plugins").begin_array();
  for (const auto& plugin : manifest.plugins)
    json.begin_object()
        .member("file", plugin.file)
        .member("id", plugin.id)
        .member("service", plugin.service)
        .member("version", plugin.version)
        .member("toolchain", plugin.toolchain)
        .end_object();
  json.end_array().key("libraries").begin_array();
  for (const auto& library : manifest.libraries) json.value(library);
  json.end_array().key("variables").begin_array();
  for (const auto& variable : manifest.variables) json.value(variable);
  json.end_array().key("files").begin_array();
  for (const auto& file : manifest.files)
    json.begin_object()
        .member("path", file.path)
        .member("size", file.size)
        .member("mode", fmt::format("{:04o}", file.mode))
        .member("sha256", file.sha256)
        .end_object();
  json.end_array().end_object();
}

std::vector<std::string> pack_obstacles(const Manifest& manifest, const HostPlatform& platform) {
  std::vector<std::string> obstacles;
  if (const std::string here = platform_name(platform.identity); manifest.arch != here) {
    obstacles.push_back(fmt::format("built for {}, this host is {}", manifest.arch, here));
    return obstacles;  // the rest would be of another machine
  }
  if (const auto needed = parse_glibc_version(manifest.glibc);
      needed && platform.glibc && *platform.glibc < *needed)
    obstacles.push_back(
        fmt::format("needs glibc {}, this host has {}; ask for a pack that is built on an older distribution",
                    needed->text(), platform.glibc->text()));
  for (const auto& library : manifest.libraries) {
    LibraryQuery query;
    query.name = library;
    if (platform.find_library(query).state == LibraryAnswer::State::missing)
      obstacles.push_back(
          fmt::format("needs {}, which is neither in the pack nor on this machine", printable(library)));
  }
  return obstacles;
}

}  // namespace e2e::host
