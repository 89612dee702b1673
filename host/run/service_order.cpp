#include "run/service_order.hpp"

#include <utility>

namespace e2e::host {

ServiceOrder make_service_order(const Config& config, const ServiceConfig& service, std::string settings) {
  ServiceOrder order;
  order.name = service.name;
  order.base_url = service.base_url;
  order.health_endpoint = service.health_endpoint;
  order.timeout_ms = service.timeout_ms;
  order.headers = service.headers;
  order.request_options = service.request_options;
  order.rate_limit = service.rate_limit;
  // All plugins of a service share its limiter.
  order.limiter = static_cast<uint32_t>(&service - config.services.data());
  order.environment = config.environment;
  order.plugin_settings = std::move(settings);
  return order;
}

}  // namespace e2e::host
