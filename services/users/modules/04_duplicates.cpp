// Tests that build on each other: depends_on says so, and metadata carries what the later ones need to know.
#include <cctype>

#include "../users_page.hpp"

E2E_TEST(register_user, UsersPage& page) {
  const User user = page.create_lasting_user();
  page.set_metadata("registered_user", e2e::object({{"id", user.id}, {"email", user.email}}));
}

E2E_TEST(reject_duplicate, UsersPage& page, e2e::depends_on("register_user")) {
  const auto email = page.get_metadata("registered_user")["email"];
  const auto response = page.post("/users", e2e::json_body({{"email", email}}));
  page.assert_status(response, 409);
  page.assert_json(response, "/error", "email_taken");
}

E2E_TEST(reject_duplicate_in_capitals, UsersPage& page, e2e::depends_on("register_user")) {
  std::string email = page.get_metadata("registered_user")["email"].as_string();
  for (char& c : email) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto response = page.post("/users", e2e::json_body({{"email", email}}));
  page.assert_status(response, 409);
}

// Depends on the two as well, so that the user is not gone before they have run.
E2E_TEST(email_is_free_after_deletion, UsersPage& page,
         e2e::depends_on("register_user", "reject_duplicate", "reject_duplicate_in_capitals")) {
  const auto registered = page.get_metadata("registered_user");
  page.assert_status(page.del("/users/" + registered["id"].as_string()), 204);

  const auto response = page.post("/users", e2e::json_body({{"email", registered["email"]}}));
  page.assert_status(response, 201);
  page.on_cleanup([&page, path = "/users/" + response.json("/id").as_string()] { page.del(path); });
  E2E_CHECK(response.json("/id") != registered["id"]);
}
