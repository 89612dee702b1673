#pragma once

#include <string>

#include "config/config.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// What a worker is told of a service, for a plugin with these settings (JSON text).
ServiceOrder make_service_order(const Config& config, const ServiceConfig& service, std::string settings);

}  // namespace e2e::host
