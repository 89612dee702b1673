#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/request_options.hpp"

namespace e2e::host {

/// What a page knows of its service: the part of `services.<name>` in the configuration that requests need.
struct PageSettings {
  std::string service;
  std::string base_url;
  std::string health_endpoint = "/health";
  /// Of a whole exchange, for requests that name none; more than 0.
  int64_t timeout_ms = 30'000;
  /// Sent with each request, unless the page or the request has a header of that name.
  std::vector<std::pair<std::string, std::string>> headers;
  /// Headers and query parameters that records show as `***`, besides the ones that are always secret.
  std::vector<std::string> secret_names;
  /// For requests that do not say otherwise.
  RequestOptions request_options = {};
};

}  // namespace e2e::host
