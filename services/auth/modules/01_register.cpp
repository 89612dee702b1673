#include "../auth_page.hpp"

E2E_TEST(register_account, AuthPage& page, e2e::tag("smoke"), e2e::priority::high) {
  Account account{"", page.unique_email(), page.unique_name("password")};
  page.on_cleanup([&page, account] { page.close(account); });
  const auto response =
      page.post("/register",
                e2e::json_body({{"email", account.email}, {"password", account.password}, {"name", "Ada"}}));
  page.assert_status(response, 201);
  E2E_CHECK(response.json("/email") == account.email);
  E2E_CHECK(response.json("/name") == "Ada");
  E2E_CHECK(!response.json().contains("password"));
}

E2E_TEST(email_can_be_registered_once, AuthPage& page) {
  const Account account = page.create_test_account();
  const auto response = page.send_registration(account.email, "another password");
  page.assert_status(response, 409);
  page.assert_json(response, "/error", "email_taken");
  // Nobody took the account over.
  page.assert_ok(page.send_login(account.email, account.password));
}

E2E_TEST(password_must_have_8_to_128_characters, AuthPage& page, e2e::tag("validation")) {
  for (const std::size_t length : {0, 7, 129}) {
    e2e::step(std::to_string(length) + " characters", [&] {
      const auto response = page.send_registration(page.unique_email(), std::string(length, 'x'));
      page.assert_rejected(response, "password");
    });
  }
}

E2E_TEST(every_missing_field_is_named, AuthPage& page, e2e::tag("validation")) {
  const auto response = page.post("/register", e2e::json_body({{"name", "Nobody"}}));
  page.assert_rejected(response, "email");
  page.assert_rejected(response, "password");
}
