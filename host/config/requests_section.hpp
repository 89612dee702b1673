#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/section.hpp"

namespace e2e::host {

/// Reads a service's `requests:`, how its requests are sent: each key of request_option_names() that is
/// given.
void read_requests(Section& service, std::vector<std::pair<std::string, std::string>>& options);

}  // namespace e2e::host
