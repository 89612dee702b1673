#pragma once

#include <string>
#include <string_view>

#include "e2e/location.hpp"
#include "host_api.hpp"

namespace e2e::detail {

/// The table of e2e.verify/1; the test fails, naming `what`, if the host has none.
const e2e_verify_v1& required_verify(const HostApi& api, const char* what, Location where);

/// Whether a regular expression is found in `text`; the test fails if it is none.
bool is_found(const HostApi& api, std::string_view expression, std::string_view text, Location where);

}  // namespace e2e::detail
