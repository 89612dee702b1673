// The payments service: charges by card, refunds, and quotes under a rate limit.
#pragma once

#include "api/service_context.hpp"

namespace demo {

/// GET and POST /payments; GET /payments/{id}; POST /payments/{id}/refunds, /payments/quote. Its contract is
/// in README.md.
void add_payments_routes(Router& router, const ServiceContext& context);

}  // namespace demo
