#include "api/service_context.hpp"

#include <nlohmann/json.hpp>

#include "http/json_response.hpp"

namespace demo {

void add_health_route(Router& router, const ServiceContext& context) {
  router.add("GET", "/health", [&database = context.database](const Request&) {
    database.read([](Session& session) { return session.query("SELECT 1").next(); });
    return json_response(200, {{"status", "ok"}});
  });
}

}  // namespace demo
