#include "users_page.hpp"

E2E_TEST(creates_a_user, UsersPage& page, e2e::tag("smoke"), e2e::priority::high) {
  const User user = page.create_test_user();
  E2E_CHECK(!user.id.empty());
  E2E_CHECK(!user.email.empty());
}

E2E_TEST(reads_a_user, UsersPage& page, e2e::tag("smoke"), e2e::depends_on("creates_a_user")) {
  const User user = page.create_test_user();
  const auto response = page.get("/users/" + user.id);
  page.assert_ok(response);
  E2E_CHECK(response.json("/id") == user.id);
  E2E_CHECK(response.json("/email") == user.email);
}

E2E_TEST(new_user_has_defaults, UsersPage& page) {
  const User user = page.create_test_user();
  const auto response = page.get("/users/" + user.id);
  E2E_CHECK(response.json("/role") == "user");
  E2E_CHECK(response.json("/age") == 0);
}

E2E_TEST(refuses_a_duplicate, UsersPage& page) {
  const User user = page.create_test_user();
  const auto response = page.post("/users", e2e::json_body({{"email", user.email}, {"name", "Eve"}}));
  page.assert_status(response, 409);
  E2E_CHECK(response.json("/error") == "duplicate_email");
}

E2E_TEST(refuses_a_user_without_email, UsersPage& page, e2e::tag("validation")) {
  const auto response = page.post("/users", e2e::json_body({{"name", "Ada"}}));
  page.assert_status(response, 400);
  E2E_CHECK(response.json("/error") == "email_missing");
}

E2E_TEST(refuses_broken_json, UsersPage& page, e2e::tag("validation")) {
  const auto response = page.post("/users", e2e::json_text("{"));
  page.assert_status(response, 400);
}

E2E_TEST(changes_a_name, UsersPage& page) {
  const User user = page.create_test_user();
  page.assert_ok(page.patch("/users/" + user.id, e2e::json_body({{"name", "Grace"}})));
  const auto response = page.get("/users/" + user.id);
  E2E_CHECK(response.json("/name") == "Grace");
  E2E_CHECK(response.json("/email") == user.email);
}

E2E_TEST(deletes_a_user, UsersPage& page) {
  const User user = page.create_test_user();
  page.assert_status(page.del("/users/" + user.id), 204);
  page.assert_status(page.get("/users/" + user.id), 404);
}

E2E_TEST(lists_users, UsersPage& page, e2e::timeout_ms(1500)) {
  page.create_test_user();
  const auto response = page.get("/users", e2e::query({{"limit", "1"}}));
  page.assert_ok(response);
  E2E_CHECK(response.json("/users").size() == 1u);
}

E2E_TEST(is_healthy, UsersPage& page, e2e::tag("smoke"), e2e::priority::critical) {
  const auto response = page.get("/health");
  page.assert_ok(response);
  E2E_CHECK(response.json("/status") == "ok");
}
