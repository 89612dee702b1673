#pragma once

#include <e2e/e2e.hpp>
#include <string>

struct User {
  std::string id, email;
};

class UsersPage : public e2e::Page {
 public:
  using Page::Page;

  User create_test_user() {
    const auto response = post("/users", e2e::json_body({{"email", unique_email()}, {"name", "Ada"}}));
    assert_status(response, 201);
    const auto id = response.json("/id").as_string();
    on_cleanup([this, id] { del("/users/" + id); });
    return {id, response.json("/email").as_string()};
  }
};
