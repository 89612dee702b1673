#include "../users_page.hpp"

E2E_TEST(patch_keeps_the_rest, UsersPage& page) {
  const User user = page.create_test_user();
  const auto response = page.patch(page.path_of(user), e2e::json_body({{"name", "Grace"}}));
  page.assert_ok(response);
  E2E_CHECK(response.json("/name") == "Grace");
  E2E_CHECK(response.json("/email") == user.email);
  E2E_CHECK(page.get(page.path_of(user)).json() == response.json());
}

E2E_TEST(patch_with_null_removes, UsersPage& page) {
  const User user = page.create_test_user();
  page.assert_ok(page.patch(page.path_of(user), e2e::json_body({{"name", nullptr}})));
  E2E_CHECK(page.get(page.path_of(user)).json("/name").is_null());
}

E2E_TEST(put_replaces_everything, UsersPage& page) {
  const User user = page.create_test_user();
  const std::string email = page.unique_email();
  const auto response = page.put(page.path_of(user), e2e::json_body({{"email", email}, {"role", "admin"}}));
  page.assert_ok(response);
  E2E_CHECK(response.json("/email") == email);
  E2E_CHECK(response.json("/role") == "admin");
  E2E_CHECK(response.json("/name").is_null());
}

E2E_TEST(cannot_take_anothers_email, UsersPage& page) {
  const User user = page.create_test_user();
  const User other = page.create_test_user();
  const auto response = page.patch(page.path_of(user), e2e::json_body({{"email", other.email}}));
  page.assert_status(response, 409);
  E2E_CHECK(page.get(page.path_of(user)).json("/email") == user.email);
}
