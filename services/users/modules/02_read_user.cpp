#include <algorithm>

#include "../users_page.hpp"

// Tests that only read can share a user: one for all of them, in each worker.
E2E_BEFORE_ALL(UsersPage& page) {
  const User user = page.create_test_user();
  page.set_metadata("shared_user", e2e::object({{"id", user.id}, {"email", user.email}}));
}

static User shared_user(const UsersPage& page) {
  const auto user = page.get_metadata("shared_user");
  return {user["id"].as_string(), user["email"].as_string()};
}

E2E_TEST(read_user, UsersPage& page, e2e::tag("smoke")) {
  const User user = shared_user(page);
  const auto response = page.get(page.path_of(user));
  page.assert_ok(response);
  E2E_CHECK(response.json("/id") == user.id);
  E2E_CHECK(response.json("/email") == user.email);
}

E2E_TEST(unknown_user_is_not_found, UsersPage& page) {
  const auto response = page.get("/users/usr_0");
  page.assert_status(response, 404);
  page.assert_json(response, "/error", "not_found");
}

// The best of several: a busy machine makes single requests slow, not all of them.
E2E_TEST(answers_fast, UsersPage& page, e2e::tag("performance"), e2e::timeout_ms(5000)) {
  const User user = shared_user(page);
  double best_ms = 1e9;
  for (int i = 0; i < 10; ++i) {
    const auto response = page.get(page.path_of(user), e2e::timeout_ms(1000));
    page.assert_ok(response);
    best_ms = std::min(best_ms, response.total_ms());
  }
  E2E_CHECK(best_ms < 50);
}
