#include "../users_page.hpp"

// One story in steps: a report shows each with its requests, and where the story broke off.
E2E_TEST(from_sign_up_to_farewell, UsersPage& page, e2e::tag("smoke", "journey"), e2e::priority::critical,
         e2e::timeout_ms(10000)) {
  const User user = e2e::step("sign up", [&] { return page.create_test_user(); });

  e2e::step("choose a name", [&] {
    page.assert_ok(page.patch(page.path_of(user), e2e::json_body({{"name", "Ada"}})));
    E2E_CHECK(page.get(page.path_of(user)).json("/name") == "Ada");
  });

  e2e::step("be found", [&] {
    const auto found = page.get("/users", e2e::query({{"email", user.email}}));
    E2E_CHECK(found.json("/items/0/name") == "Ada");
  });

  e2e::step("leave", [&] {
    page.assert_status(page.del(page.path_of(user)), 204);
    E2E_CHECK(page.get("/users", e2e::query({{"email", user.email}})).json("/total") == 0);
  });
}
