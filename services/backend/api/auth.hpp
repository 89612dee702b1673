// The auth service: accounts and bearer tokens that expire.
#pragma once

#include "api/service_context.hpp"

namespace demo {

/// POST /register, /login, /logout, /refresh; GET /me. Its contract is in README.md.
void add_auth_routes(Router& router, const ServiceContext& context);

}  // namespace demo
