#include "../users_page.hpp"

E2E_TEST(create_user, UsersPage& page, e2e::tag("smoke"), e2e::priority::high) {
  const std::string email = page.unique_email();
  const auto response = page.post("/users", e2e::json_body({{"email", email}, {"name", "Ada"}, {"age", 36}}));
  page.assert_status(response, 201);
  const std::string path = "/users/" + response.json("/id").as_string();
  page.on_cleanup([&page, path] { page.del(path); });

  E2E_CHECK(response.json("/email") == email);
  E2E_CHECK(response.json("/name") == "Ada");
  E2E_CHECK(response.json("/age") == 36);
  page.assert_header(response, "Location", path);
}

E2E_TEST(new_user_has_defaults, UsersPage& page) {
  const User user = page.create_test_user();
  const auto response = page.get(page.path_of(user));
  page.assert_ok(response);
  E2E_CHECK(response.json("/role") == "user");
  E2E_CHECK(response.json("/age").is_null());
  E2E_CHECK(response.json("/created_at") == response.json("/updated_at"));
}
