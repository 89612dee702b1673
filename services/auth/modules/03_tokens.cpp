#include <chrono>
#include <thread>

#include "../auth_page.hpp"

// Tests that only log in can share an account: one for all of them, in each worker.
E2E_BEFORE_ALL(AuthPage& page) {
  const Account account = page.create_test_account();
  page.set_metadata(
      "shared_account",
      e2e::object({{"id", account.id}, {"email", account.email}, {"password", account.password}}));
}

static Account shared_account(const AuthPage& page) {
  const auto account = page.get_metadata("shared_account");
  return {account["id"].as_string(), account["email"].as_string(), account["password"].as_string()};
}

E2E_TEST(token_tells_whose_it_is, AuthPage& page, e2e::tag("smoke")) {
  const Account account = shared_account(page);
  const auto response = page.me(page.log_in(account));
  page.assert_ok(response);
  E2E_CHECK(response.json("/id") == account.id);
  E2E_CHECK(response.json("/email") == account.email);
}

E2E_TEST(no_token_no_entry, AuthPage& page, e2e::tag("security")) {
  page.assert_unauthorized(page.get("/me"), "missing_token");
}

E2E_TEST(made_up_token_is_refused, AuthPage& page, e2e::tag("security")) {
  page.assert_unauthorized(page.me(page.unique_name("token")), "invalid_token");
}

// A token that has expired when it is handed out: no need to wait for one.
E2E_TEST(expired_token_is_refused, AuthPage& page, e2e::tag("security")) {
  page.assert_unauthorized(page.me(page.log_in_for(shared_account(page), 0)), "token_expired");
}

// Where a test has to wait, it asks until it is so, with a deadline: no sleep is right on every machine.
E2E_TEST(token_expires_in_time, AuthPage& page, e2e::timeout_ms(15000)) {
  using Clock = std::chrono::steady_clock;
  const auto ttl = std::chrono::milliseconds(300);
  const auto asked = Clock::now();
  const std::string token = page.log_in_for(shared_account(page), ttl.count());
  auto response = page.me(token);
  while (response.ok() && Clock::now() < asked + std::chrono::seconds(10)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    response = page.me(token);
  }
  page.assert_unauthorized(response, "token_expired");
  E2E_CHECK((Clock::now() - asked >= ttl));
}

E2E_TEST(ttl_out_of_range_is_rejected, AuthPage& page, e2e::tag("validation")) {
  const Account account = shared_account(page);
  for (const std::int64_t ttl_ms : {-1, 86400001}) {
    e2e::step("ttl_ms " + std::to_string(ttl_ms), [&] {
      const auto response = page.post(
          "/login",
          e2e::json_body({{"email", account.email}, {"password", account.password}, {"ttl_ms", ttl_ms}}));
      page.assert_rejected(response, "ttl_ms");
    });
  }
}
