// The users service: people, each with an e-mail address of their own.
#pragma once

#include "api/service_context.hpp"

namespace demo {

/// GET and POST /users; GET, PUT, PATCH and DELETE /users/{id}. Its contract is in README.md.
void add_users_routes(Router& router, const ServiceContext& context);

}  // namespace demo
