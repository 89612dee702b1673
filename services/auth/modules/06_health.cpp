#include "../auth_page.hpp"

// No page class is needed for a test this plain.
E2E_TEST(auth_is_healthy, e2e::Page& page, e2e::tag("smoke"), e2e::priority::critical) {
  if (!page.check_health()) e2e::skip("auth is down");
  const auto response = page.get(page.health_endpoint());
  page.assert_header(response, "Content-Type", "application/json");
  page.assert_json(response, "/status", "ok");
}
