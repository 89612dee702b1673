#pragma once

#include <vector>

#include "e2e/location.hpp"
#include "e2e/request.hpp"
#include "host_api.hpp"

namespace e2e::detail {

/// The table of e2e.http/1; the test fails, naming `what`, if the host has none.
const e2e_http_v1& required_http(const HostApi& api, const char* what, Location where);

/// Sends a request with all that only e2e.http/1 can. What the request's own functions throw comes out of it.
e2e_rc ask_http(const HostApi& api, const e2e_http_v1& http, e2e_page* page, const e2e_request& request,
                const RequestSpec& spec, e2e_response*& handle);

/// As e2e.http/1 takes them.
std::vector<Field> options_of(const RetryConfig& config);

}  // namespace e2e::detail
