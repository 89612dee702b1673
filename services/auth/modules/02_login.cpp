#include "../auth_page.hpp"

E2E_TEST(log_in, AuthPage& page, e2e::tag("smoke"), e2e::priority::critical) {
  const Account account = page.create_test_account();
  const auto response = page.send_login(account.email, account.password);
  page.assert_ok(response);
  E2E_CHECK(response.json("/token_type") == "Bearer");
  E2E_CHECK(response.json("/expires_in_ms") == 15 * 60 * 1000);
  E2E_CHECK(!response.json("/token").as_string().empty());
}

E2E_TEST(email_may_be_in_capitals, AuthPage& page) {
  const Account account = page.create_test_account();
  std::string email = account.email;
  for (char& c : email) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  page.assert_ok(page.send_login(email, account.password));
}

E2E_TEST(wrong_password_is_refused, AuthPage& page, e2e::tag("security")) {
  const Account account = page.create_test_account();
  page.assert_unauthorized(page.send_login(account.email, account.password + "?"), "invalid_credentials");
}

// Who guesses addresses must not learn from the answer which of them have an account.
E2E_TEST(unknown_email_looks_like_a_wrong_password, AuthPage& page, e2e::tag("security")) {
  const Account account = page.create_test_account();
  const auto wrong_password = page.send_login(account.email, "not my password");
  const auto unknown_email = page.send_login(page.unique_email(), "not my password");
  page.assert_unauthorized(unknown_email, "invalid_credentials");
  E2E_CHECK(unknown_email.json() == wrong_password.json());
}

E2E_TEST(each_login_gets_a_token_of_its_own, AuthPage& page) {
  const Account account = page.create_test_account();
  E2E_CHECK(page.log_in(account) != page.log_in(account));
}
