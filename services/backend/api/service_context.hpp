// What each service is made of.
#pragma once

#include "api/clock.hpp"
#include "database/database.hpp"
#include "http/router.hpp"

namespace demo {

/// What the services have in common. The database must outlive the routes.
struct ServiceContext {
  Database& database;
  Clock clock;
};

/// Adds GET /health, which answers `{"status": "ok"}` once the database does.
void add_health_route(Router& router, const ServiceContext& context);

}  // namespace demo
