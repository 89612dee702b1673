#include "../users_page.hpp"

// No page class is needed for a test this plain.
E2E_TEST(health_is_json, e2e::Page& page, e2e::tag("smoke"), e2e::priority::critical) {
  if (!page.check_health()) e2e::skip("users is down");
  const auto response = page.get("/health");
  page.assert_header(response, "Content-Type", "application/json");
  page.assert_json(response, "/status", "ok");
}
