#include "run/service_order.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/request_options.hpp"
#include "config/value_rules.hpp"

namespace e2e::host {
namespace {

bool is_path_option(std::string_view key) {
  const auto& names = request_option_names();
  return std::any_of(names.begin(), names.end(),
                     [key](const RequestOptionName& name) { return name.key == key && name.is_path; });
}

/// What the variables have that `secrets:` names, and the credentials of the service itself.
std::vector<std::string> secret_values(const Config& config, const ServiceConfig& service) {
  std::vector<std::string> values = config.secret_values;
  for (const auto& [name, value] : service.headers) {
    if (!is_secret_header(name)) continue;
    // "Bearer TOKEN"
    values.push_back(value.substr(value.find(' ') == value.npos ? 0 : value.find(' ') + 1));
  }
  for (const auto& [key, value] : service.request_options)
    if (key == "tls_key_password") values.push_back(value);
  return values;
}

}  // namespace

ServiceOrder make_service_order(const Config& config, const ServiceConfig& service, std::string settings) {
  ServiceOrder order;
  order.name = service.name;
  order.base_url = service.base_url;
  order.health_endpoint = service.health_endpoint;
  order.timeout_ms = service.timeout_ms;
  order.headers = service.headers;
  order.request_options = service.request_options;
  for (auto& [key, value] : order.request_options)
    if (is_path_option(key) && !value.empty()) value = (config.project / value).string();
  order.secret_names = config.secret_names;
  order.secret_values = secret_values(config, service);
  order.rate_limit = service.rate_limit;
  // All plugins of a service share its limiter.
  order.limiter = static_cast<uint32_t>(&service - config.services.data());
  order.environment = config.environment;
  order.plugin_settings = std::move(settings);
  return order;
}

}  // namespace e2e::host
