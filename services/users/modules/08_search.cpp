#include "../users_page.hpp"

E2E_TEST(find_by_email, UsersPage& page) {
  const User user = page.create_test_user();
  page.create_test_user();
  const auto response = page.get("/users", e2e::query({{"email", user.email}}));
  page.assert_ok(response);
  E2E_REQUIRE(response.json("/items").size() == 1);
  E2E_CHECK(response.json("/items/0/id") == user.id);
}

E2E_TEST(find_by_part_of_the_name, UsersPage& page) {
  const User user = page.create_test_user();
  const std::string name = page.unique_name("Countess");
  page.assert_ok(page.patch(page.path_of(user), e2e::json_body({{"name", name + " of Lovelace"}})));
  const auto response = page.get("/users", e2e::query({{"q", name}}));
  page.assert_ok(response);
  E2E_REQUIRE(response.json("/items").size() == 1);
  E2E_CHECK(response.json("/items/0/id") == user.id);
}

E2E_TEST(unknown_email_finds_nobody, UsersPage& page) {
  const auto response = page.get("/users", e2e::query({{"email", page.unique_email()}}));
  page.assert_ok(response);
  E2E_CHECK(response.json("/total") == 0);
}
