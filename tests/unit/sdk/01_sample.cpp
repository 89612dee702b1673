// A module as ARCHITECTURE section 7 shows it.
#include <e2e/e2e.hpp>

struct User {
  std::string id, email;
};

class UsersPage : public e2e::Page {
 public:
  using Page::Page;
  User create_test_user() {
    const auto response = post("/users", e2e::json_body({{"email", unique_email()}}));
    assert_status(response, 201);
    const auto id = response.json("/id").as_string();
    on_cleanup([this, id] { del("/users/" + id); });
    return {id, response.json("/email").as_string()};
  }
};

E2E_TEST(create_user, UsersPage& page, e2e::tag("smoke"), e2e::priority::high) {
  const User user = page.create_test_user();
  const auto response = page.get("/users/" + user.id);
  page.assert_ok(response);
  E2E_CHECK(response.json("/id") == user.id);
}

E2E_TEST(reject_duplicate, UsersPage& page, e2e::depends_on("create_user")) {
  if (!page.check_health()) e2e::skip("users is down");
  page.create_test_user();
}

extern const unsigned line_of_answers_fast = __LINE__ + 1;
E2E_TEST(answers_fast, e2e::Page& page, e2e::timeout_ms(1500)) {}

E2E_TEST(everything, e2e::Page& page, e2e::tag("a", "b"), e2e::tag("c"), e2e::priority::low,
         e2e::depends_on("create_user", "other::test"), e2e::retries(2), e2e::annotation("owner", "team")) {}
