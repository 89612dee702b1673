#include <set>

#include "../users_page.hpp"

static constexpr int team_size = 7;

// Some users, who have a name that tells them from everybody else's; the test lists only those. They are
// deleted at its end.
static std::string create_team(UsersPage& page) {
  const std::string team = page.unique_name("team");
  for (int i = 0; i < team_size; ++i) page.create_test_user(team);
  return team;
}

E2E_TEST(first_page_says_how_many_there_are, UsersPage& page) {
  const auto response = page.get("/users", e2e::query({{"q", create_team(page)}, {"limit", 3}}));
  page.assert_ok(response);
  E2E_CHECK(response.json("/items").size() == 3);
  E2E_CHECK(response.json("/page") == 1);
  E2E_CHECK(response.json("/pages") == 3);
  E2E_CHECK(response.json("/total") == team_size);
}

E2E_TEST(following_next_shows_everyone_once, UsersPage& page) {
  std::set<std::string> seen;
  std::string target = "/users?limit=3&q=" + create_team(page);
  while (!target.empty()) {
    const auto response = page.get(target);
    page.assert_ok(response);
    for (const auto& user : response.json("/items")) {
      const bool is_new = seen.insert(user["id"].as_string()).second;
      E2E_REQUIRE(is_new);
    }
    const auto next = response.json("/next");
    target = next.is_null() ? "" : next.as_string();
  }
  E2E_CHECK(seen.size() == team_size);
}

E2E_TEST(page_past_the_end_is_empty, UsersPage& page) {
  const auto response = page.get("/users", e2e::query({{"q", create_team(page)}, {"page", 99}}));
  page.assert_ok(response);
  E2E_CHECK(response.json("/items").empty());
  E2E_CHECK(response.json("/next").is_null());
}

E2E_TEST(limit_out_of_range_is_rejected, UsersPage& page) {
  for (const char* limit : {"0", "101", "many"}) {
    e2e::step(std::string("limit=") + limit, [&] {
      page.assert_rejected(page.get("/users", e2e::query({{"limit", limit}})), "limit");
    });
  }
}
