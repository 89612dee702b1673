// What the tests of the users service say to it.
#pragma once

#include <e2e/e2e.hpp>
#include <string>

struct User {
  std::string id;
  std::string email;
};

/// The users service, as its tests see it.
class UsersPage : public e2e::Page {
 public:
  using Page::Page;

  /// A user that no other test has. It is deleted at the end of the test; made in E2E_BEFORE_ALL, after the
  /// last one.
  User create_test_user(const std::string& name = "Test User") {
    const User user = create_lasting_user(name);
    // A test may have deleted it: what this answers does not matter.
    on_cleanup([this, path = path_of(user)] { del(path); });
    return user;
  }

  /// A user that outlives the test, for the tests that depend on it.
  User create_lasting_user(const std::string& name = "Test User") {
    const auto response = post("/users", e2e::json_body({{"email", unique_email()}, {"name", name}}));
    assert_status(response, 201);
    return {response.json("/id").as_string(), response.json("/email").as_string()};
  }

  static std::string path_of(const User& user) { return "/users/" + user.id; }

  /// The service said no to this field, and why.
  static void assert_rejected(const e2e::Response& response, const std::string& field,
                              e2e::Location where = e2e::Location::here()) {
    assert_status(response, 422, where);
    assert_json(response, "/error", "validation_failed", where);
    response.json("/fields/" + field, where);
  }
};
