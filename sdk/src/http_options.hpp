#pragma once

#include <vector>

#include "e2e/location.hpp"
#include "e2e/request.hpp"
#include "host_api.hpp"

namespace e2e::detail {

/// The table of e2e.http/1; the test fails, naming `what`, if the host has none.
const e2e_http_v1& required_http(const HostApi& api, const char* what, Location where);

/// As e2e.http/1 takes them.
std::vector<Field> options_of(const RetryConfig& config);

}  // namespace e2e::detail
