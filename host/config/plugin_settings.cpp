#include "config/plugin_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "config/value_rules.hpp"
#include "config/yaml_json.hpp"

namespace e2e::host {
namespace {

constexpr size_t max_listings = 64;

/// Writes a tree as JSON: once as it is for the plugin, once as it may be shown.
class SettingsWriter {
 public:
  SettingsWriter(Section& service, PluginListing& listing) : service_(service), listing_(listing) {}

  void write(const YamlNode& node) {
    add(node, "", false);
    listing_.settings = json_.take();
  }
  [[nodiscard]] std::string take_shown() { return shown_.take(); }

 private:
  void add(const YamlNode& node, const std::string& pointer, bool is_secret) {
    listing_.places.emplace(pointer, origin_of(node.at));
    switch (node.kind) {
      case YamlNode::Kind::null:
        json_.null();
        shown_.null();
        return;
      case YamlNode::Kind::scalar:
        return add_scalar(node, is_secret);
      case YamlNode::Kind::sequence:
        json_.begin_array();
        shown_.begin_array();
        for (size_t i = 0; i < node.items.size(); ++i)
          add(*node.items[i], fmt::format("{}/{}", pointer, i), is_secret);
        json_.end_array();
        shown_.end_array();
        return;
      case YamlNode::Kind::map:
        json_.begin_object();
        shown_.begin_object();
        for (const auto& entry : node.entries) {
          json_.key(entry.key);
          shown_.key(entry.key);
          const std::string inner = pointer + "/" + pointer_token(entry.key);
          add(*entry.value, inner, is_secret || is_secret_header(entry.key));
          // A complaint about a key is shown where the key is.
          listing_.places.insert_or_assign(inner, origin_of(entry.key_at));
        }
        json_.end_object();
        shown_.end_object();
        return;
    }
  }

  void add_scalar(const YamlNode& node, bool is_secret) {
    const auto value = service_.scalar("a plugin's setting", node, "a value");
    if (!value) {
      json_.null();
      shown_.null();
      return;
    }
    if (value->has_worker_names)
      service_.context().diagnostics.add(
          node.at, "a plugin's setting must not name the worker: its tests are made before there is one",
          "in a test, page.worker_index() says which worker runs it");
    put_yaml_scalar(json_, value->text, node.is_plain);
    // A variable may hold what nobody should see.
    if (is_secret)
      shown_.value("***");
    else
      put_yaml_scalar(shown_, value->has_references ? node.text : value->text, node.is_plain);
  }

  static std::string pointer_token(std::string_view key) {
    std::string token;
    for (const char c : key) {
      if (c == '~')
        token += "~0";
      else if (c == '/')
        token += "~1";
      else
        token += c;
    }
    return token;
  }

  Section& service_;
  PluginListing& listing_;
  JsonText json_, shown_;
};

bool is_good_id(Section& service, const ServiceConfig& config, const std::string& id, const SourceRange& at) {
  Diagnostics& diagnostics = service.context().diagnostics;
  if (const std::string problem = name_problem(id); !problem.empty()) {
    diagnostics.add(at, fmt::format("a plugin's id {}, not {}", problem, in_quotes(id)));
    return false;
  }
  if (config.listing(id) != nullptr) {
    diagnostics.add(at, fmt::format("plugin {} is listed twice", in_quotes(id)));
    return false;
  }
  return true;
}

/// `settings` is null where there are none.
void add_listing(Section& service, ServiceConfig& config, const std::string& id, const YamlNode& at,
                 const YamlNode* settings) {
  PluginListing listing;
  listing.id = id;
  listing.origin = origin_of(at.at);
  std::string shown = listing.settings;
  if (settings != nullptr && settings->kind != YamlNode::Kind::null) {
    SettingsWriter writer(service, listing);
    writer.write(*settings);
    shown = writer.take_shown();
  }
  if (listing.settings.size() > max_plugin_settings_bytes) {
    service.context().diagnostics.add(
        at.at, fmt::format("settings of a plugin must be at most {} bytes as JSON, not {}",
                           max_plugin_settings_bytes, listing.settings.size()));
    return;
  }
  service.record("plugins." + id, std::move(shown), &at);
  config.plugins.push_back(std::move(listing));
}

}  // namespace

void read_plugin_listings(Section& service, ServiceConfig& config) {
  const YamlNode* plugins = service.any("plugins");
  if (plugins == nullptr) return;
  Diagnostics& diagnostics = service.context().diagnostics;
  const bool is_map = plugins->kind == YamlNode::Kind::map;
  if (!is_map && plugins->kind != YamlNode::Kind::sequence) {
    diagnostics.add(plugins->at,
                    fmt::format("plugins must be a list of plugins' ids, or a map of ids to settings, not {}",
                                describe(*plugins)),
                    "for example: plugins: [smoke]");
    return;
  }
  if (std::max(plugins->items.size(), plugins->entries.size()) > max_listings) {
    diagnostics.add(plugins->at, fmt::format("a service must list at most {} plugins", max_listings));
    return;
  }
  for (const auto& item : plugins->items) {
    const auto id = service.scalar("a plugin's id", *item, "a text");
    if (id && is_good_id(service, config, id->text, item->at))
      add_listing(service, config, id->text, *item, nullptr);
  }
  for (const auto& entry : plugins->entries) {
    YamlNode key;
    key.at = entry.key_at;
    if (is_good_id(service, config, entry.key, entry.key_at))
      add_listing(service, config, entry.key, key, entry.value.get());
  }
}

}  // namespace e2e::host
