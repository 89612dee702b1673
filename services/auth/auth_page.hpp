// What the tests of the auth service say to it.
#pragma once

#include <cstdint>
#include <e2e/e2e.hpp>
#include <string>

struct Account {
  std::string id;
  std::string email;
  std::string password;
};

/// The auth service, as its tests see it.
class AuthPage : public e2e::Page {
 public:
  using Page::Page;

  /// An account that no other test has. It is closed at the end of the test; made in E2E_BEFORE_ALL, after
  /// the last one.
  Account create_test_account() {
    const Account account = create_lasting_account();
    on_cleanup([this, account] { close(account); });
    return account;
  }

  /// An account that outlives the test, for the tests that depend on it. The last of them closes it.
  Account create_lasting_account() {
    Account account{"", unique_email(), unique_name("password")};
    const auto response = send_registration(account.email, account.password);
    assert_status(response, 201);
    account.id = response.json("/id").as_string();
    return account;
  }

  e2e::Response send_registration(const std::string& email, const std::string& password) {
    return post("/register", e2e::json_body({{"email", email}, {"password", password}}));
  }

  e2e::Response send_login(const std::string& email, const std::string& password) {
    return post("/login", e2e::json_body({{"email", email}, {"password", password}}));
  }

  /// A new token of the account, good for as long as the service gives by default.
  std::string log_in(const Account& account, e2e::Location where = e2e::Location::here()) {
    const auto response = send_login(account.email, account.password);
    assert_status(response, 200, where);
    return response.json("/token", where).as_string(where);
  }

  /// A new token that expires after `ttl_ms`; with 0 it has expired already.
  std::string log_in_for(const Account& account, std::int64_t ttl_ms,
                         e2e::Location where = e2e::Location::here()) {
    const auto response =
        post("/login",
             e2e::json_body({{"email", account.email}, {"password", account.password}, {"ttl_ms", ttl_ms}}));
    assert_status(response, 200, where);
    return response.json("/token", where).as_string(where);
  }

  /// Whose token it is, as the service sees it.
  e2e::Response me(const std::string& token) { return get("/me", bearer(token)); }

  /// Closes the account if it is still there.
  void close(const Account& account) {
    const auto login = send_login(account.email, account.password);
    if (login.ok()) del("/me", bearer(login.json("/token").as_string()));
  }

  static e2e::RequestOption bearer(const std::string& token) {
    return e2e::header("Authorization", "Bearer " + token);
  }

  /// The service let nobody in, for this reason, and said so in the header that HTTP asks for.
  static void assert_unauthorized(const e2e::Response& response, const std::string& error,
                                  e2e::Location where = e2e::Location::here()) {
    assert_status(response, 401, where);
    assert_json(response, "/error", error, where);
    assert_header(response, "WWW-Authenticate", "Bearer error=\"" + error + "\"", where);
  }

  /// The service said no to this field, and why.
  static void assert_rejected(const e2e::Response& response, const std::string& field,
                              e2e::Location where = e2e::Location::here()) {
    assert_status(response, 422, where);
    assert_json(response, "/error", "validation_failed", where);
    response.json("/fields/" + field, where);
  }
};
