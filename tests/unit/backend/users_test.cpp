#include <atomic>
#include <e2e_catch.hpp>
#include <thread>
#include <vector>

#include "running_backend.hpp"

using demo::test::Answer;
using demo::test::RunningBackend;
using demo::test::ServiceClient;
using nlohmann::json;

namespace {

std::string create(ServiceClient& users, const json& body) {
  const Answer answer = users.post("/users", body);
  REQUIRE(answer.status == 201);
  return answer.body["id"];
}

std::vector<std::string> emails(const Answer& page) {
  std::vector<std::string> emails;
  for (const json& item : page.body["items"]) emails.push_back(item["email"]);
  return emails;
}

}  // namespace

TEST_CASE("CreatedUserCanBeRead") {
  const RunningBackend running;
  auto users = running.client("users");
  const Answer created = users.post("/users", {{"email", "ada@example.com"}, {"name", "Ada"}, {"age", 36}});
  REQUIRE(created.status == 201);
  CHECK(created.header("Location") == "/users/usr_1");
  CHECK(created.body == json{{"id", "usr_1"},
                             {"email", "ada@example.com"},
                             {"name", "Ada"},
                             {"age", 36},
                             {"role", "user"},
                             {"created_at", "2024-05-01T12:30:00.250Z"},
                             {"updated_at", "2024-05-01T12:30:00.250Z"}});
  const Answer read = users.get("/users/usr_1");
  CHECK(read.status == 200);
  CHECK(read.body == created.body);
}

TEST_CASE("DuplicateAddressIs409WhateverItsCase") {
  const RunningBackend running;
  auto users = running.client("users");
  create(users, {{"email", "ada@example.com"}});
  const Answer again = users.post("/users", {{"email", "Ada@Example.com"}});
  CHECK(again.status == 409);
  CHECK(again.body["error"] == "email_taken");
}

TEST_CASE("AddressOfADeletedUserIsFreeAndItsIdIsNot") {
  const RunningBackend running;
  auto users = running.client("users");
  const std::string first = create(users, {{"email", "ada@example.com"}});
  CHECK(users.del("/users/" + first).status == 204);
  CHECK(create(users, {{"email", "ada@example.com"}}) != first);
}

TEST_CASE("InvalidUserNamesEveryFieldThatIsWrong") {
  const RunningBackend running;
  auto users = running.client("users");
  const Answer answer = users.post(
      "/users", {{"email", "no at sign"}, {"name", ""}, {"age", 151}, {"role", "king"}, {"hobby", "chess"}});
  CHECK(answer.status == 422);
  CHECK(answer.body["error"] == "validation_failed");
  CHECK(answer.body["fields"] == json{{"email", "must be an e-mail address"},
                                      {"name", "must have 1 to 100 characters"},
                                      {"age", "must be between 0 and 150"},
                                      {"role", "must be user or admin"},
                                      {"hobby", "is not a known field"}});
  CHECK(users.post("/users", json::object()).body["fields"] == json{{"email", "is required"}});
  CHECK(users.post("/users", {{"email", 7}}).body["fields"] == json{{"email", "must be a string"}});
  CHECK(users.post("/users", json::array()).status == 422);
}

TEST_CASE("AddressesAreChecked") {
  const RunningBackend running;
  auto users = running.client("users");
  for (const char* bad :
       {"@example.com", "a@b", "a@.com", "a@b..com", "a@b.", "a b@example.com", "a@b@example.com"}) {
    CAPTURE(bad);
    CHECK(users.post("/users", {{"email", bad}}).status == 422);
  }
  for (const char* good : {"a@b.c", "first.last+tag@sub.example.com", "\xc3\xa9@example.com"}) {
    CAPTURE(good);
    CHECK(users.post("/users", {{"email", good}}).status == 201);
  }
}

TEST_CASE("IntegerTooLargeFor64BitsIsRejected") {
  const RunningBackend running;
  const auto answer = running.client("users").post_text(
      "/users", R"({"email": "a@example.com", "age": 18446744073709551615})");
  CHECK(answer.status == 422);
  CHECK(answer.body["fields"] == json{{"age", "must be between 0 and 150"}});
}

TEST_CASE("UnknownUserIs404ForEveryMethod") {
  const RunningBackend running;
  auto users = running.client("users");
  create(users, {{"email", "ada@example.com"}});
  for (const char* id : {"usr_2", "usr_01", "usr_", "usr_1x", "ord_1", "1", "usr_99999999999999999999"}) {
    const std::string target = std::string("/users/") + id;
    CAPTURE(target);
    CHECK(users.get(target).status == 404);
    CHECK(users.patch(target, {{"name", "B"}}).status == 404);
    CHECK(users.put(target, {{"email", "b@example.com"}}).status == 404);
    CHECK(users.del(target).status == 404);
  }
}

TEST_CASE("PatchChangesWhatItNamesAndNullRemoves") {
  RunningBackend running;
  auto users = running.client("users");
  const std::string target =
      "/users/" + create(users, {{"email", "ada@example.com"}, {"name", "Ada"}, {"age", 36}});
  running.advance_clock(1000);
  const Answer renamed = users.patch(target, {{"name", "Countess"}});
  CHECK(renamed.status == 200);
  CHECK(renamed.body["name"] == "Countess");
  CHECK(renamed.body["age"] == 36);
  CHECK(renamed.body["created_at"] == "2024-05-01T12:30:00.250Z");
  CHECK(renamed.body["updated_at"] == "2024-05-01T12:30:01.250Z");
  CHECK(users.patch(target, {{"age", nullptr}}).body["age"].is_null());
  CHECK(users.patch(target, {{"role", "admin"}, {"email", "lovelace@example.com"}}).status == 200);
  const Answer read = users.get(target);
  CHECK(read.body["email"] == "lovelace@example.com");
  CHECK(read.body["role"] == "admin");
  CHECK(read.body["name"] == "Countess");
}

TEST_CASE("InvalidPatchChangesNothing") {
  const RunningBackend running;
  auto users = running.client("users");
  const std::string target = "/users/" + create(users, {{"email", "ada@example.com"}});
  create(users, {{"email", "taken@example.com"}});
  const json before = users.get(target).body;
  CHECK(users.patch(target, {{"name", "Ada"}, {"age", -1}}).status == 422);
  CHECK(users.patch(target, {{"email", nullptr}}).status == 422);
  CHECK(users.patch(target, {{"role", nullptr}}).status == 422);
  CHECK(users.patch(target, {{"name", "Ada"}, {"email", "taken@example.com"}}).status == 409);
  CHECK(users.get(target).body == before);
}

TEST_CASE("PutReplacesTheWholeUser") {
  const RunningBackend running;
  auto users = running.client("users");
  const std::string target =
      "/users/" + create(users, {{"email", "ada@example.com"}, {"name", "Ada"}, {"age", 36}});
  const Answer replaced = users.put(target, {{"email", "ada@example.com"}});
  CHECK(replaced.status == 200);
  CHECK(replaced.body["name"].is_null());
  CHECK(replaced.body["age"].is_null());
  CHECK(users.put(target, {{"name", "Ada"}}).body["fields"] == json{{"email", "is required"}});
}

TEST_CASE("DeletedUserIsGone") {
  const RunningBackend running;
  auto users = running.client("users");
  const std::string target = "/users/" + create(users, {{"email", "ada@example.com"}});
  const Answer deleted = users.del(target);
  CHECK(deleted.status == 204);
  CHECK(deleted.body.is_null());
  CHECK(users.get(target).status == 404);
  CHECK(users.del(target).status == 404);
}

TEST_CASE("PagesCoverTheListOnceAndLinkToEachOther") {
  const RunningBackend running;
  auto users = running.client("users");
  for (int i = 0; i < 5; ++i) create(users, {{"email", "u" + std::to_string(i) + "@example.com"}});
  const Answer first = users.get("/users?limit=2");
  CHECK(emails(first) == std::vector<std::string>{"u0@example.com", "u1@example.com"});
  CHECK(first.body["page"] == 1);
  CHECK(first.body["limit"] == 2);
  CHECK(first.body["total"] == 5);
  CHECK(first.body["pages"] == 3);
  CHECK(first.body["next"] == "/users?page=2&limit=2");
  CHECK(first.header("Link") ==
        "</users?page=1&limit=2>; rel=\"first\", </users?page=2&limit=2>; rel=\"next\", "
        "</users?page=3&limit=2>; rel=\"last\"");
  const Answer last = users.get("/users?limit=2&page=3");
  CHECK(emails(last) == std::vector<std::string>{"u4@example.com"});
  CHECK(last.body["next"].is_null());
  CHECK(last.header("Link").find("</users?page=2&limit=2>; rel=\"prev\"") != std::string::npos);
  CHECK(last.header("Link").find("rel=\"next\"") == std::string::npos);
  const Answer beyond = users.get("/users?limit=2&page=4");
  CHECK(beyond.status == 200);
  CHECK(beyond.body["items"].empty());
  CHECK(beyond.body["total"] == 5);
}

TEST_CASE("EmptyListHasNoLinks") {
  const RunningBackend running;
  const Answer empty = running.client("users").get("/users");
  CHECK(empty.body["items"] == json::array());
  CHECK(empty.body["total"] == 0);
  CHECK(empty.header("Link").empty());
}

TEST_CASE("PageAndLimitOutOfRangeAre422") {
  const RunningBackend running;
  auto users = running.client("users");
  for (const char* query : {"page=0", "page=-1", "page=x", "page=", "limit=0", "limit=101", "limit=1e1"}) {
    CAPTURE(query);
    CHECK(users.get(std::string("/users?") + query).status == 422);
  }
}

TEST_CASE("SearchByAddressAndByText") {
  const RunningBackend running;
  auto users = running.client("users");
  create(users, {{"email", "ada@example.com"}, {"name", "Ada L"}});
  create(users, {{"email", "grace@example.com"}, {"name", "100% Grace"}});
  create(users, {{"email", "ada@example.org"}});
  CHECK(emails(users.get("/users?email=ADA@example.com")) == std::vector<std::string>{"ada@example.com"});
  CHECK(emails(users.get("/users?email=nobody@example.com")).empty());
  CHECK(emails(users.get("/users?q=ada")) == std::vector<std::string>{"ada@example.com", "ada@example.org"});
  CHECK(emails(users.get("/users?q=0%25%20G")) == std::vector<std::string>{"grace@example.com"});
  CHECK(emails(users.get("/users?q=_")).empty());
  CHECK(emails(users.get("/users?q=ada&email=ada@example.org")) ==
        std::vector<std::string>{"ada@example.org"});
  CHECK(users.get("/users?q=ada&limit=1").body["next"] == "/users?page=2&limit=1&q=ada");
}

TEST_CASE("TextInAQueryNeedNotBeUtf8") {
  const RunningBackend running;
  CHECK(running.client("users").get("/users?q=%ff%00").status == 200);
}

TEST_CASE("OfConcurrentCreationsWithOneAddressExactlyOneSucceeds") {
  const RunningBackend running;
  std::atomic<int> created = 0;
  std::atomic<int> rejected = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      auto users = running.client("users");
      for (int i = 0; i < 20; ++i) {
        const int status = users.post("/users", {{"email", "u" + std::to_string(i) + "@example.com"}}).status;
        if (status == 201) ++created;
        if (status == 409) ++rejected;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(created == 20);
  CHECK(rejected == 140);
  CHECK(running.client("users").get("/users").body["total"] == 20);
}
