#include "config/yaml_document.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace e2e::host {

const YamlNode* YamlNode::find(std::string_view key) const noexcept {
  for (const auto& entry : entries)
    if (entry.key == key) return entry.value.get();
  return nullptr;
}

YamlPointer yaml_map(const SourceRange& at, std::string key, YamlPointer value) {
  auto map = std::make_shared<YamlNode>();
  map->kind = YamlNode::Kind::map;
  map->at = at;
  map->entries.push_back({std::move(key), at, std::move(value)});
  return map;
}

YamlPointer yaml_scalar(const SourceRange& at, std::string text) {
  auto scalar = std::make_shared<YamlNode>();
  scalar->kind = YamlNode::Kind::scalar;
  scalar->is_plain = true;
  scalar->at = at;
  scalar->text = std::move(text);
  return scalar;
}

YamlPointer merge_yaml(const YamlPointer& base, const YamlPointer& overlay) {
  if (!overlay) return base;
  if (!base || base->kind != YamlNode::Kind::map) return overlay;
  if (overlay->kind == YamlNode::Kind::null) return base;
  if (overlay->kind != YamlNode::Kind::map) return overlay;

  auto merged = std::make_shared<YamlNode>(*base);
  std::unordered_map<std::string_view, size_t> index;
  for (size_t i = 0; i < base->entries.size(); ++i) index.emplace(base->entries[i].key, i);
  for (const auto& entry : overlay->entries) {
    const auto known = index.find(entry.key);
    if (known == index.end()) {
      merged->entries.push_back(entry);
    } else {
      YamlPointer& value = merged->entries[known->second].value;
      value = merge_yaml(value, entry.value);
    }
  }
  return merged;
}

std::string describe(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "null";
    case YamlNode::Kind::scalar:
      return in_quotes(node.text);
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return "?";
}

}  // namespace e2e::host
