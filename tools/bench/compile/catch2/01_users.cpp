#include "client.hpp"

#include <catch2/catch.hpp>

TEST_CASE("creates a user", "[smoke]") {
  UsersClient client;
  const User user = client.create_test_user();
  CHECK(!user.id.empty());
  CHECK(!user.email.empty());
}

TEST_CASE("reads a user", "[smoke]") {
  UsersClient client;
  const User user = client.create_test_user();
  const auto response = client.get("/users/" + user.id);
  REQUIRE(response.status == 200);
  CHECK(response.text("/id") == user.id);
  CHECK(response.text("/email") == user.email);
}

TEST_CASE("new user has defaults") {
  UsersClient client;
  const User user = client.create_test_user();
  const auto response = client.get("/users/" + user.id);
  CHECK(response.text("/role") == "user");
  CHECK(response.number("/age") == 0);
}

TEST_CASE("refuses a duplicate") {
  UsersClient client;
  const User user = client.create_test_user();
  const auto response = client.post("/users", R"({"name":"Eve","email":")" + user.email + "\"}");
  REQUIRE(response.status == 409);
  CHECK(response.text("/error") == "duplicate_email");
}

TEST_CASE("refuses a user without email", "[validation]") {
  UsersClient client;
  const auto response = client.post("/users", R"({"name":"Ada"})");
  REQUIRE(response.status == 400);
  CHECK(response.text("/error") == "email_missing");
}

TEST_CASE("refuses broken JSON", "[validation]") {
  UsersClient client;
  const auto response = client.post("/users", "{");
  REQUIRE(response.status == 400);
}

TEST_CASE("changes a name") {
  UsersClient client;
  const User user = client.create_test_user();
  REQUIRE(client.patch("/users/" + user.id, R"({"name":"Grace"})").status == 200);
  const auto response = client.get("/users/" + user.id);
  CHECK(response.text("/name") == "Grace");
  CHECK(response.text("/email") == user.email);
}

TEST_CASE("deletes a user") {
  UsersClient client;
  const User user = client.create_test_user();
  REQUIRE(client.del("/users/" + user.id).status == 204);
  REQUIRE(client.get("/users/" + user.id).status == 404);
}

TEST_CASE("lists users") {
  UsersClient client;
  client.create_test_user();
  const auto response = client.get("/users?limit=1");
  REQUIRE(response.status == 200);
  CHECK(response.size("/users") == 1u);
}

TEST_CASE("is healthy", "[smoke]") {
  UsersClient client;
  const auto response = client.get("/health");
  REQUIRE(response.status == 200);
  CHECK(response.text("/status") == "ok");
}
