#include "pack/lock_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/diagnostics.hpp"
#include "config/source_text.hpp"
#include "config/yaml_document.hpp"
#include "config/yaml_text.hpp"
#include "pack/archive.hpp"
#include "pack/manifest.hpp"
#include "pack/unpack.hpp"

namespace e2e::host {
namespace {

constexpr size_t kMostBytesOfLock = 1 << 20;

std::string text_of(const YamlNode& map, const char* key, Diagnostics& diagnostics) {
  const YamlNode* node = map.find(key);
  if (!node || node->kind == YamlNode::Kind::null) return {};
  if (node->kind != YamlNode::Kind::scalar)
    diagnostics.add(node->at, fmt::format("{} must be a text, not {}", key, describe(*node)));
  return node->text;
}

}  // namespace

std::optional<std::vector<LockedPack>> read_lock(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::nullopt;
  return parse_lock(read_small_file(file, kMostBytesOfLock, true));
}

std::vector<LockedPack> parse_lock(const std::string& text) {
  const SourceText source(SourceKind::file, std::string(lock_name), text);
  Diagnostics diagnostics;
  std::vector<LockedPack> packs;
  const YamlPointer root = parse_yaml(source, diagnostics, YamlAliases::refused);
  if (root) {
    const YamlNode* format = root->find("e2e_lock");
    if (!format || format->text != "1")
      diagnostics.add(root->at, "e2e_lock must be 1: `e2e-host pack lock` writes this file");
    const YamlNode* list = root->find("packs");
    if (list && list->kind != YamlNode::Kind::sequence && list->kind != YamlNode::Kind::null)
      diagnostics.add(list->at, fmt::format("packs must be a list, not {}", describe(*list)));
    else if (list)
      for (const auto& item : list->items) {
        LockedPack pack{text_of(*item, "name", diagnostics),   text_of(*item, "version", diagnostics),
                        text_of(*item, "digest", diagnostics), text_of(*item, "publisher", diagnostics),
                        text_of(*item, "key", diagnostics),    text_of(*item, "origin", diagnostics)};
        if (pack.name.empty() || !is_digest(pack.digest))
          diagnostics.add(item->at, "each of packs must have a name and a digest of 64 hexadecimal digits");
        packs.push_back(std::move(pack));
      }
  }
  if (!diagnostics.is_empty()) throw PackError(diagnostics.text());
  return packs;
}

std::string write_lock(const std::vector<LockedPack>& packs) {
  std::string text =
      "# The packs that this project runs. `e2e-host pack lock` writes it; keep it with the "
      "project.\ne2e_lock: 1\npacks:\n";
  for (const auto& pack : packs) {
    text += fmt::format("  - name: {}\n    version: {}\n    digest: {}\n    publisher: {}\n",
                        yaml_text(pack.name), yaml_text(pack.version), yaml_text(pack.digest),
                        yaml_text(pack.publisher));
    if (!pack.key_id.empty()) text += fmt::format("    key: {}\n", yaml_text(pack.key_id));
    if (!pack.origin.empty()) text += fmt::format("    origin: {}\n", yaml_text(pack.origin));
  }
  return text;
}

const LockedPack* find_locked(const std::vector<LockedPack>& packs, std::string_view name) {
  const auto found =
      std::find_if(packs.begin(), packs.end(), [&](const LockedPack& pack) { return pack.name == name; });
  return found == packs.end() ? nullptr : &*found;
}

}  // namespace e2e::host
