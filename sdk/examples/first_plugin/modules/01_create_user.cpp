#include "../users_page.hpp"

E2E_TEST(create_user, UsersPage& page, e2e::tag("smoke"), e2e::priority::high) {
  const User user = page.create_test_user();
  const auto response = page.get("/users/" + user.id);
  page.assert_ok(response);
  E2E_CHECK(response.json("/id") == user.id);
  E2E_CHECK(response.json("/email") == user.email);
}

E2E_TEST(reject_duplicate, UsersPage& page, e2e::depends_on("create_user")) {
  if (!page.check_health()) e2e::skip("users is down");
  const User user = page.create_test_user();
  const auto again = e2e::step("register the same address again", [&] {
    return page.post("/users", e2e::json_body({{"email", user.email}}));
  });
  page.assert_status(again, 409);
}

E2E_TEST(answers_fast, e2e::Page& page, e2e::timeout_ms(1500)) {
  const auto response = page.get(page.health_endpoint());
  page.assert_ok(response);
  E2E_CHECK(response.total_ms() < 1000);
}
