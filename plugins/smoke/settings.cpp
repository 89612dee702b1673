#include "settings.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "near_miss.hpp"

namespace smoke {
namespace {

using e2e::Json;
using e2e::JsonType;

constexpr std::size_t max_endpoints = 1000;
constexpr std::int64_t max_ms = 10 * 60 * 1000;
constexpr std::int64_t max_requests = 1000;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// One map of the settings: its keys, each asked for by the function that knows what it has to be. Each
/// returns nothing where the key is absent, null or wrong, which is told.
class Keys {
 public:
  Keys(const Json& map, e2e::TestRegistrar& registrar) : map_(map), registrar_(registrar) {
    if (map.type() == JsonType::null || map.is_object()) return;
    reject(map, "must be a map");
  }

  std::optional<Json> value(std::string_view key) {
    known_.push_back(key);
    if (!map_.contains(key)) return std::nullopt;
    const Json found = map_[key];
    if (found.is_null()) return std::nullopt;
    return found;
  }

  std::optional<std::int64_t> number(std::string_view key, std::int64_t min, std::int64_t max) {
    const auto found = value(key);
    if (!found) return std::nullopt;
    if (found->type() == JsonType::integer && found->as_int() >= min && found->as_int() <= max)
      return found->as_int();
    reject(*found, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return std::nullopt;
  }

  std::optional<std::string> text(std::string_view key) {
    const auto found = value(key);
    if (!found) return std::nullopt;
    if (found->type() == JsonType::string) return found->as_string();
    reject(*found, "must be a text");
    return std::nullopt;
  }

  std::optional<Json> map(std::string_view key) {
    const auto found = value(key);
    if (!found || found->is_object()) return found;
    reject(*found, "must be a map");
    return std::nullopt;
  }

  /// Tells of the keys that nobody asked for. Call it last.
  void finish() {
    for (const std::string& key : map_.keys()) {
      if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
      const std::string meant = near_miss(key, known_);
      std::string hint = "; known here: ";
      for (std::size_t i = 0; i < known_.size(); ++i) hint += (i == 0 ? "" : ", ") + std::string(known_[i]);
      registrar_.reject(map_[key],
                        "unknown key" + (meant.empty() ? hint : "; did you mean '" + meant + "'?"));
    }
  }

  void say(const Json& setting, const std::string& message) { registrar_.reject(setting, message); }
  /// "must be a map, not 5"
  void reject(const Json& setting, const std::string& wanted) {
    constexpr std::size_t max_bytes = 100;
    const std::string text = setting.dump();
    registrar_.reject(setting,
                      wanted + ", not " + (text.size() <= max_bytes ? text : "a value of another kind"));
  }

 private:
  const Json map_;
  e2e::TestRegistrar& registrar_;
  std::vector<std::string_view> known_;
};

/// "GET", "/users/usr_0?full=1" -> "get_users_usr_0_full_1"
std::string test_name(std::string_view method, std::string_view path) {
  std::string name;
  for (const char c : method) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::size_t method_size = name.size();
  for (const char c : path) {
    if (is_letter_or_digit(c))
      name += c;
    else if (name.back() != '_')
      name += '_';
  }
  while (name.back() == '_') name.pop_back();
  return name.size() == method_size ? name + "_root" : name;
}

void read_statuses(Keys& keys, Endpoint& endpoint) {
  const auto found = keys.value("status");
  if (!found) return;
  const auto add = [&](const Json& status) {
    if (status.type() == JsonType::integer && status.as_int() >= 100 && status.as_int() <= 599)
      endpoint.statuses.push_back(static_cast<int>(status.as_int()));
    else
      keys.reject(status, "must be a status from 100 to 599, or a list of them");
  };
  if (!found->is_array()) return add(*found);
  if (found->empty()) keys.reject(*found, "must be a status from 100 to 599, or a list of them");
  for (const Json& status : *found) add(status);
}

void read_headers(Keys& keys, Endpoint& endpoint) {
  const auto found = keys.map("headers");
  if (!found) return;
  for (const std::string& name : found->keys()) {
    const Json value = (*found)[name];
    if (value.type() == JsonType::string)
      endpoint.headers.push_back({name, value.as_string()});
    else if (value.type() == JsonType::boolean && value.as_bool())
      endpoint.headers.push_back({name, std::nullopt});
    else
      keys.reject(value, "must be the header's text, or true: any will do");
  }
}

void read_request_headers(Keys& keys, Endpoint& endpoint) {
  const auto found = keys.map("request_headers");
  if (!found) return;
  for (const std::string& name : found->keys()) {
    const Json value = (*found)[name];
    if (value.type() == JsonType::string)
      endpoint.request_headers.emplace_back(name, value.as_string());
    else
      keys.reject(value, "must be a text");
  }
}

void read_json(Keys& keys, Endpoint& endpoint) {
  const auto found = keys.map("json");
  if (!found) return;
  for (const std::string& pointer : found->keys()) {
    const Json value = (*found)[pointer];
    if (pointer.empty() || pointer.front() == '/')
      endpoint.json.emplace_back(pointer, value);
    else
      keys.say(value, "is no JSON pointer: it has to begin with '/'; did you mean '/" + pointer + "'?");
  }
}

Endpoint read_endpoint(const Json& settings, std::size_t index, e2e::TestRegistrar& registrar) {
  Endpoint endpoint;
  endpoint.setting = "endpoints[" + std::to_string(index) + "]";
  Keys keys(settings, registrar);
  if (const auto method = keys.text("method")) {
    const bool is_good =
        !method->empty() && method->size() <= 32 &&
        std::all_of(method->begin(), method->end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (is_good)
      endpoint.method = *method;
    else
      keys.reject(settings["method"], "must be a method in capitals, as GET");
  }
  if (const auto path = keys.text("path")) {
    if (!path->empty() && path->front() == '/')
      endpoint.path = *path;
    else
      keys.reject(settings["path"], "must start with '/'");
  } else if (settings.is_object() && (!settings.contains("path") || settings["path"].is_null())) {
    registrar.reject(settings, "has no path");
  }
  if (const auto name = keys.text("name")) {
    const bool is_good =
        !name->empty() && name->size() <= 100 && std::all_of(name->begin(), name->end(), [](char c) {
          return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
        });
    if (is_good)
      endpoint.name = *name;
    else
      keys.reject(settings["name"], "must be 1 to 100 letters, digits, '_', '-' and '.'");
  }
  if (endpoint.name.empty() && !endpoint.path.empty())
    endpoint.name = test_name(endpoint.method, endpoint.path);
  endpoint.body = keys.value("body");
  read_request_headers(keys, endpoint);
  read_statuses(keys, endpoint);
  read_headers(keys, endpoint);
  read_json(keys, endpoint);
  endpoint.latency_ms = keys.number("latency_ms", 1, max_ms);
  keys.finish();
  return endpoint;
}

void read_endpoints(Keys& keys, Settings& settings, e2e::TestRegistrar& registrar) {
  const auto found = keys.value("endpoints");
  if (!found) return;
  if (!found->is_array()) return keys.reject(*found, "must be a list");
  if (found->size() > max_endpoints)
    return registrar.reject(*found, "must be at most " + std::to_string(max_endpoints) + " endpoints");
  std::map<std::string, std::string> setting_of = {{"health", "the test of the health endpoint"},
                                                   {"latency", "the test of latency_ms"}};
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json element = (*found)[i];
    Endpoint endpoint = read_endpoint(element, i, registrar);
    const auto [first, is_new] = setting_of.emplace(endpoint.name, endpoint.setting);
    // What has neither name nor path was told of.
    if (!is_new && !endpoint.name.empty())
      registrar.reject(element, "its test would be named '" + endpoint.name + "', as that of " +
                                    first->second + "; give it another name");
    settings.endpoints.push_back(std::move(endpoint));
  }
}

}  // namespace

Settings read_settings(const Json& json, e2e::TestRegistrar& registrar) {
  Settings settings;
  Keys keys(json, registrar);
  if (const auto health = keys.value("health")) {
    if (health->type() == JsonType::boolean)
      settings.has_health = health->as_bool();
    else
      keys.reject(*health, "must be true or false");
  }
  settings.latency_ms = keys.number("latency_ms", 1, max_ms);
  settings.measuring.requests =
      keys.number("requests", 1, max_requests).value_or(settings.measuring.requests);
  settings.measuring.percentile = keys.number("percentile", 1, 100).value_or(settings.measuring.percentile);
  read_endpoints(keys, settings, registrar);
  keys.finish();
  return settings;
}

}  // namespace smoke
