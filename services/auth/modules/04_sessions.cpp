#include "../auth_page.hpp"

E2E_TEST(refresh_replaces_the_token, AuthPage& page, e2e::tag("smoke")) {
  const Account account = page.create_test_account();
  const std::string old_token = page.log_in(account);
  const auto response = page.post("/refresh", page.bearer(old_token));
  page.assert_ok(response);
  page.assert_unauthorized(page.me(old_token), "invalid_token");
  page.assert_json(page.me(response.json("/token").as_string()), "/id", account.id);
}

E2E_TEST(expired_token_cannot_be_refreshed, AuthPage& page, e2e::tag("security")) {
  const Account account = page.create_test_account();
  const auto response = page.post("/refresh", page.bearer(page.log_in_for(account, 0)));
  page.assert_unauthorized(response, "token_expired");
}

E2E_TEST(logout_ends_one_session_only, AuthPage& page) {
  const Account account = page.create_test_account();
  const std::string phone = page.log_in(account);
  const std::string laptop = page.log_in(account);
  page.assert_status(page.post("/logout", page.bearer(phone)), 204);
  page.assert_unauthorized(page.me(phone), "invalid_token");
  page.assert_ok(page.me(laptop));
}

E2E_TEST(logging_out_twice_is_refused, AuthPage& page) {
  const std::string token = page.log_in(page.create_test_account());
  page.assert_status(page.post("/logout", page.bearer(token)), 204);
  page.assert_unauthorized(page.post("/logout", page.bearer(token)), "invalid_token");
}
