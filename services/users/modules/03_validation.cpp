#include "../users_page.hpp"

E2E_TEST(email_is_required, UsersPage& page) {
  const auto response = page.post("/users", e2e::json_body({{"name", "Nobody"}}));
  page.assert_rejected(response, "email");
}

E2E_TEST(malformed_emails_are_rejected, UsersPage& page) {
  for (const char* email : {"", "no-at-sign", "@example.com", "two@@example.com", "no-domain@"}) {
    e2e::step(std::string("with '") + email + "'", [&] {
      const auto response = page.post("/users", e2e::json_body({{"email", email}}));
      page.assert_rejected(response, "email");
    });
  }
}

E2E_TEST(every_wrong_field_is_named, UsersPage& page) {
  const auto response = page.post(
      "/users",
      e2e::json_body({{"email", page.unique_email()}, {"age", -1}, {"role", "king"}, {"shoe", 42}}));
  page.assert_status(response, 422);
  const auto fields = response.json("/fields");
  E2E_CHECK(fields.size() == 3);
  for (const char* name : {"age", "role", "shoe"}) E2E_CHECK(fields.contains(name));
}

E2E_TEST(broken_json_is_rejected, UsersPage& page) {
  const auto response = page.post("/users", e2e::json_text(R"({"email": )"));
  page.assert_status(response, 400);
  page.assert_json(response, "/error", "invalid_json");
}
