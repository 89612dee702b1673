// The orders service: orders with their items, from draft to shipped.
#pragma once

#include "api/service_context.hpp"

namespace demo {

/// GET and POST /orders; GET /orders/{id}; POST /orders/{id}/place, /pay, /ship, /cancel. Its contract is in
/// README.md.
void add_orders_routes(Router& router, const ServiceContext& context);

}  // namespace demo
