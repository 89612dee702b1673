#include "../payments_page.hpp"

E2E_TEST(payments_is_healthy, e2e::Page& page, e2e::tag("smoke"), e2e::priority::critical) {
  if (!page.check_health()) e2e::skip("payments is down");
  const auto response = page.get(page.health_endpoint());
  page.assert_header(response, "Content-Type", "application/json");
  page.assert_json(response, "/status", "ok");
}
