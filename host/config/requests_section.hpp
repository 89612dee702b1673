#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/section.hpp"

namespace e2e::host {

/// As ServiceConfig::request_options has them.
using RequestOptionTexts = std::vector<std::pair<std::string, std::string>>;

/// Reads a service's `requests:`, how its requests are sent: each key of request_option_names() that is
/// given.
void read_requests(Section& service, RequestOptionTexts& options);

/// Reads a service's `base_urls:`, other places that its requests may go to.
void read_base_urls(Section& service, RequestOptionTexts& options);

}  // namespace e2e::host
