// Tests that build on each other: depends_on says so, and metadata carries what the later ones need to know.
#include "../auth_page.hpp"

E2E_TEST(open_account, AuthPage& page) {
  const Account account = page.create_lasting_account();
  page.set_metadata("account", e2e::object({{"email", account.email}, {"password", account.password}}));
}

static Account opened_account(const AuthPage& page) {
  const auto account = page.get_metadata("account");
  return {"", account["email"].as_string(), account["password"].as_string()};
}

E2E_TEST(close_account, AuthPage& page, e2e::depends_on("open_account")) {
  const std::string token = page.log_in(opened_account(page));
  page.assert_status(page.del("/me", page.bearer(token)), 204);
  page.assert_unauthorized(page.me(token), "invalid_token");
}

E2E_TEST(closed_account_cannot_log_in, AuthPage& page, e2e::depends_on("close_account")) {
  const Account account = opened_account(page);
  page.assert_unauthorized(page.send_login(account.email, account.password), "invalid_credentials");
}

// Depends on the test above as well: with the address taken again, that would log in.
E2E_TEST(email_is_free_after_closing, AuthPage& page,
         e2e::depends_on("close_account", "closed_account_cannot_log_in")) {
  const Account account = opened_account(page);
  page.on_cleanup([&page, account] { page.close(account); });
  page.assert_status(page.send_registration(account.email, account.password), 201);
}
