#include "config/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "config/config.hpp"

namespace e2e::host {
namespace {

YamlPointer tree_of(const std::vector<std::string>& keys, const SourceRange& at, YamlPointer value) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) value = yaml_map(at, *key, std::move(value));
  return value;
}

YamlPointer parallel_layer(const SourceRange& at, const std::string& value, Diagnostics& diagnostics) {
  const auto setting = [&](const char* key, std::string text) {
    return tree_of({"parallel", key}, at, yaml_scalar(at, std::move(text)));
  };
  if (value == "auto") {
    auto automatic = std::make_shared<YamlNode>();
    automatic->at = at;
    return merge_yaml(setting("enabled", "true"), tree_of({"parallel", "max_workers"}, at, automatic));
  }
  unsigned workers = 0;
  const char* end = value.data() + value.size();
  const auto [parsed_to, error] = std::from_chars(value.data(), end, workers);
  if (error != std::errc() || parsed_to != end || workers > max_worker_count) {
    diagnostics.add(at, fmt::format("must be a number of workers from 0 to {}, or 'auto', not {}",
                                    max_worker_count, in_quotes(value)));
    return nullptr;
  }
  if (workers == 0) return setting("enabled", "false");
  return merge_yaml(setting("enabled", "true"), setting("max_workers", value));
}

void split(std::string_view dotted, std::vector<std::string>& keys) {
  for (size_t dot = 0; dot != dotted.npos; dotted.remove_prefix(dot == dotted.npos ? 0 : dot + 1)) {
    dot = dotted.find('.');
    keys.emplace_back(dotted.substr(0, dot));
  }
}

/// The service's name that the key begins with: the longest that is known, else all up to the first dot.
std::string_view leading_service(std::string_view key, const std::vector<std::string>& service_names) {
  std::string_view best = key.substr(0, key.find('.'));
  for (const auto& name : service_names) {
    const bool is_prefix = key.starts_with(name) && (key.size() == name.size() || key[name.size()] == '.');
    if (is_prefix && name.size() > best.size()) best = name;
  }
  return best;
}

std::vector<std::string> split_key(std::string_view key, const std::vector<std::string>& service_names) {
  constexpr std::string_view services = "services.";
  constexpr std::string_view headers = "headers.";
  std::vector<std::string> keys;
  if (!key.starts_with(services)) {
    split(key, keys);
    return keys;
  }
  key.remove_prefix(services.size());
  const std::string_view service = leading_service(key, service_names);
  keys = {"services", std::string(service)};
  if (key.size() == service.size()) return keys;
  key.remove_prefix(service.size() + 1);
  if (key.starts_with(headers)) {
    keys.emplace_back("headers");
    keys.emplace_back(key.substr(headers.size()));
  } else {
    split(key, keys);
  }
  return keys;
}

}  // namespace

std::vector<YamlPointer> read_variable_layers(const Variables& variables, std::deque<SourceText>& sources,
                                              Diagnostics& diagnostics) {
  struct Mapping {
    const char* name;
    std::vector<std::string> keys;  ///< empty: E2E_PARALLEL, which sets two
  };
  static const std::array<Mapping, 6> mappings = {{
      {"E2E_PARALLEL", {}},
      {"E2E_PARALLEL_MODE", {"parallel", "mode"}},
      {"E2E_ISOLATION", {"parallel", "isolation_level"}},
      {"E2E_ENVIRONMENT", {"general", "environment"}},
      {"E2E_TIMEOUT", {"limits", "test_timeout"}},
      {"E2E_RETRIES", {"general", "retries"}},
  }};
  std::vector<YamlPointer> layers;
  for (const auto& mapping : mappings) {
    const auto variable = variables.find(mapping.name);
    if (variable == variables.end() || variable->second.empty()) continue;
    const std::string& value = variable->second;
    const SourceText& source = sources.emplace_back(SourceKind::variable, mapping.name, value);
    const SourceRange at{&source, 0, 0, 1};
    YamlPointer layer = mapping.keys.empty() ? parallel_layer(at, value, diagnostics)
                                             : tree_of(mapping.keys, at, yaml_scalar(at, value));
    if (layer) layers.push_back(std::move(layer));
  }
  return layers;
}

YamlPointer read_set_option(std::string_view key_value, const std::vector<std::string>& service_names,
                            std::deque<SourceText>& sources, Diagnostics& diagnostics) {
  const size_t equals = key_value.find('=');
  const std::string_view key = key_value.substr(0, equals);
  const std::string_view value = equals == key_value.npos ? "" : key_value.substr(equals + 1);
  const SourceText& source =
      sources.emplace_back(SourceKind::option, fmt::format("--set {}", key), std::string(value));
  const SourceRange at{&source, 1, 0, 1};
  if (equals == key_value.npos) {
    diagnostics.add(at, "has no '='", "write --set KEY=VALUE, as in --set general.retries=2");
    return nullptr;
  }
  const auto keys = split_key(key, service_names);
  if (std::any_of(keys.begin(), keys.end(), [](const auto& part) { return part.empty(); })) {
    diagnostics.add(at, "a part of the key is empty", "write --set KEY=VALUE, as in --set general.retries=2");
    return nullptr;
  }
  if (keys.size() > max_yaml_depth) {
    diagnostics.add(at, fmt::format("the key has more than {} parts", max_yaml_depth));
    return nullptr;
  }
  YamlPointer tree = parse_yaml(source, diagnostics);
  return tree ? tree_of(keys, at, std::move(tree)) : nullptr;
}

}  // namespace e2e::host
