#include "pack/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "base/utf8.hpp"
#include "config/diagnostics.hpp"
#include "config/source_text.hpp"
#include "config/yaml_document.hpp"
#include "config/yaml_text.hpp"
#include "pack/archive.hpp"
#include "pack/pack_path.hpp"

namespace e2e::host {
namespace {

constexpr size_t kLongestText = 256;
constexpr size_t kMostItems = 10'000;

// ---- writing

std::string list_of(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + yaml_text(item);
  return out + "]";
}

// ---- reading

using Check = std::string (*)(std::string_view);

std::string text_problem(std::string_view text) {
  if (text.size() > kLongestText) return "is longer than 256 bytes";
  return printable(text) == text && text.find_first_of("\n\t") == text.npos
             ? ""
             : "has characters that can't be shown";
}

std::string digest_problem(std::string_view text) {
  const bool is_hex = std::all_of(text.begin(), text.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return is_hex && text.size() == 64 ? "" : "must be 64 hexadecimal digits";
}

std::string key_id_problem(std::string_view text) {
  const bool is_hex = std::all_of(text.begin(), text.end(),
                                  [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
  return is_hex && text.size() == 16 ? "" : "must be 16 hexadecimal digits";
}

class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  /// The text of a key; empty where it may be missing and is.
  std::string text(const YamlNode& map, const char* key, bool is_needed, Check check) {
    const YamlNode* node = map.find(key);
    if (!node || node->kind == YamlNode::Kind::null) {
      if (is_needed) diagnostics_.add(map.at, fmt::format("{} is missing", key));
      return {};
    }
    return scalar(*node, key, check);
  }

  std::string scalar(const YamlNode& node, const char* key, Check check) {
    if (node.kind != YamlNode::Kind::scalar) {
      diagnostics_.add(node.at, fmt::format("{} must be a text, not {}", key, describe(node)));
      return {};
    }
    std::string problem = text_problem(node.text);
    if (problem.empty() && check) problem = check(node.text);
    if (!problem.empty()) diagnostics_.add(node.at, fmt::format("{} {}", key, problem));
    return node.text;
  }

  const std::vector<YamlPointer>& items(const YamlNode& map, const char* key) {
    static const std::vector<YamlPointer> none;
    const YamlNode* node = map.find(key);
    if (!node || node->kind == YamlNode::Kind::null) return none;
    if (node->kind != YamlNode::Kind::sequence || node->items.size() > kMostItems) {
      diagnostics_.add(node->at, fmt::format("{} must be a list of at most {}", key, kMostItems));
      return none;
    }
    return node->items;
  }

  std::vector<std::string> texts(const YamlNode& map, const char* key) {
    std::vector<std::string> found;
    for (const auto& item : items(map, key)) found.push_back(scalar(*item, key, nullptr));
    return found;
  }

  bool is_map(const YamlNode& node, const char* key) {
    if (node.kind == YamlNode::Kind::map) return true;
    diagnostics_.add(node.at, fmt::format("{} must be a map, not {}", key, describe(node)));
    return false;
  }

  void add(const YamlNode& node, const std::string& problem) { diagnostics_.add(node.at, problem); }

 private:
  Diagnostics& diagnostics_;
};

PackFile read_file(const YamlNode& node, Reader& reader) {
  PackFile file;
  file.path = reader.text(node, "path", true, pack_path_problem);
  if (file.path == manifest_name || file.path == signature_name)
    reader.add(node, fmt::format("the pack's own {} can't be listed", file.path));
  const std::string size = reader.text(node, "size", true, nullptr);
  const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), file.size);
  if (error != std::errc() || end != size.data() + size.size())
    reader.add(node, "size must be a whole number of bytes");
  const std::string mode = reader.text(node, "mode", true, nullptr);
  file.mode = mode == "0755" ? 0755 : 0644;
  if (mode != "0644" && mode != "0755") reader.add(node, "mode must be \"0644\" or \"0755\"");
  file.sha256 = reader.text(node, "sha256", true, digest_problem);
  return file;
}

/// Returns their paths.
std::unordered_set<std::string> read_files(const YamlNode& root, Reader& reader, Manifest& manifest) {
  std::unordered_set<std::string> paths;
  for (const auto& item : reader.items(root, "files")) {
    if (!reader.is_map(*item, "each of files")) continue;
    PackFile file = read_file(*item, reader);
    if (!manifest.files.empty() && file.path <= manifest.files.back().path)
      reader.add(*item, "files must be in the order of their paths, none twice");
    // "lib" in front of "lib/a.so", wherever the latter stands.
    for (size_t slash = file.path.find('/'); slash != std::string::npos;
         slash = file.path.find('/', slash + 1))
      if (paths.contains(file.path.substr(0, slash)))
        reader.add(*item, fmt::format("'{}' is a file, and can't be a folder", file.path.substr(0, slash)));
    paths.insert(file.path);
    manifest.files.push_back(std::move(file));
  }
  return paths;
}

void read_plugins(const YamlNode& root, const std::unordered_set<std::string>& paths, Reader& reader,
                  Manifest& manifest) {
  for (const auto& item : reader.items(root, "plugins")) {
    if (!reader.is_map(*item, "each of plugins")) continue;
    PackedPlugin plugin;
    plugin.file = reader.text(*item, "file", true, pack_path_problem);
    plugin.id = reader.text(*item, "id", true, pack_word_problem);
    plugin.service = reader.text(*item, "service", true, nullptr);
    plugin.version = reader.text(*item, "version", false, nullptr);
    plugin.toolchain = reader.text(*item, "toolchain", false, nullptr);
    if (!paths.contains(plugin.file))
      reader.add(*item, fmt::format("plugin '{}' is not among files", plugin.file));
    manifest.plugins.push_back(std::move(plugin));
  }
}

}  // namespace

std::string write_manifest(const Manifest& manifest) {
  std::string out = "# What is in this pack. Signed as it is, byte for byte.\ne2e_pack: 1\n";
  out += fmt::format("id: {}\nversion: {}\npublisher: {}\n", yaml_text(manifest.id),
                     yaml_text(manifest.version), yaml_text(manifest.publisher));
  if (!manifest.key_id.empty()) out += fmt::format("key: {}\n", yaml_text(manifest.key_id));
  out += fmt::format("platform: {{os: linux, arch: {}", yaml_text(manifest.arch));
  if (!manifest.glibc.empty()) out += fmt::format(", glibc: {}", yaml_text(manifest.glibc));
  out += fmt::format("}}\nabi: {}\nplugins:\n", yaml_text(manifest.abi));
  for (const auto& plugin : manifest.plugins)
    out += fmt::format("  - {{file: {}, id: {}, service: {}, version: {}, toolchain: {}}}\n",
                       yaml_text(plugin.file), yaml_text(plugin.id), yaml_text(plugin.service),
                       yaml_text(plugin.version), yaml_text(plugin.toolchain));
  out += fmt::format("libraries: {}\nvariables: {}\nfiles:\n", list_of(manifest.libraries),
                     list_of(manifest.variables));
  for (const auto& file : manifest.files)
    out += fmt::format("  - {{path: {}, size: {}, mode: \"{:04o}\", sha256: {}}}\n", yaml_text(file.path),
                       file.size, file.mode, yaml_text(file.sha256));
  return out;
}

Manifest read_manifest(const std::string& text) {
  if (text.size() > max_manifest_bytes) throw PackError("manifest.yaml: is larger than 1024 KiB");
  const SourceText source(SourceKind::file, std::string(manifest_name), text);
  Diagnostics diagnostics;
  const YamlPointer root = parse_yaml(source, diagnostics, YamlAliases::refused);
  Manifest manifest;
  Reader reader(diagnostics);
  if (root && reader.is_map(*root, "the manifest")) {
    if (const YamlNode* format = root->find("e2e_pack"); !format || format->text != "1")
      reader.add(format ? *format : *root,
                 "e2e_pack must be 1: this e2e-host knows no other kind of pack; a newer one may");
    manifest.id = reader.text(*root, "id", true, pack_word_problem);
    manifest.version = reader.text(*root, "version", true, pack_word_problem);
    manifest.publisher = reader.text(*root, "publisher", true, pack_word_problem);
    manifest.key_id = reader.text(*root, "key", false, key_id_problem);
    if (const YamlNode* platform = root->find("platform"); platform && reader.is_map(*platform, "platform")) {
      if (reader.text(*platform, "os", true, nullptr) != "linux")
        reader.add(*platform, "platform.os must be linux");
      manifest.arch = reader.text(*platform, "arch", true, pack_word_problem);
      manifest.glibc = reader.text(*platform, "glibc", false, pack_word_problem);
    } else if (!platform) {
      reader.add(*root, "platform is missing");
    }
    manifest.abi = reader.text(*root, "abi", true, pack_word_problem);
    read_plugins(*root, read_files(*root, reader, manifest), reader, manifest);
    if (manifest.plugins.empty()) reader.add(*root, "plugins must have one at least");
    manifest.libraries = reader.texts(*root, "libraries");
    manifest.variables = reader.texts(*root, "variables");
  }
  if (!diagnostics.is_empty()) throw PackError(diagnostics.text());
  return manifest;
}

std::string pack_file_name(const Manifest& manifest) {
  return fmt::format("{}-{}-linux_{}-glibc{}-e2e{}.e2epack", manifest.id, manifest.version, manifest.arch,
                     manifest.glibc.empty() ? "0" : manifest.glibc, manifest.abi);
}

}  // namespace e2e::host
