#include "../users_page.hpp"

E2E_TEST(deleted_user_is_gone, UsersPage& page, e2e::tag("smoke")) {
  const User user = page.create_test_user();
  const auto response = page.del(page.path_of(user));
  page.assert_status(response, 204);
  E2E_CHECK(response.bytes().empty());
  page.assert_status(page.get(page.path_of(user)), 404);
}

E2E_TEST(deleting_twice_is_not_found, UsersPage& page) {
  const User user = page.create_test_user();
  page.assert_status(page.del(page.path_of(user)), 204);
  page.assert_status(page.del(page.path_of(user)), 404);
}
