#include <e2e_catch.hpp>

#include "running_backend.hpp"

using demo::test::Answer;
using demo::test::RunningBackend;
using demo::test::ServiceClient;
using nlohmann::json;

namespace {

httplib::Headers bearer(const std::string& token) { return {{"Authorization", "Bearer " + token}}; }

const json ada = {{"email", "ada@example.com"}, {"password", "correct horse"}};

std::string log_in(ServiceClient& auth, json extra = json::object()) {
  extra.update(ada);
  const Answer answer = auth.post("/login", extra);
  REQUIRE(answer.status == 200);
  return answer.body["token"];
}

}  // namespace

TEST_CASE("RegisteredAccountCanLogInAndIsItself") {
  const RunningBackend running;
  auto auth = running.client("auth");
  const Answer registered = auth.post("/register", ada);
  REQUIRE(registered.status == 201);
  CHECK(registered.body == json{{"id", "acc_1"}, {"email", "ada@example.com"}, {"name", nullptr}});
  const Answer login = auth.post("/login", ada);
  REQUIRE(login.status == 200);
  CHECK(login.body["token_type"] == "Bearer");
  CHECK(login.body["expires_in_ms"] == 15 * 60 * 1000);
  CHECK(login.body["expires_at"] == "2024-05-01T12:45:00.250Z");
  const Answer me = auth.get("/me", bearer(login.body["token"]));
  CHECK(me.status == 200);
  CHECK(me.body == registered.body);
}

TEST_CASE("AddressIsTakenWhateverItsCase") {
  const RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  const Answer again = auth.post("/register", {{"email", "ADA@example.com"}, {"password", "another one"}});
  CHECK(again.status == 409);
  CHECK(again.body["error"] == "email_taken");
}

TEST_CASE("RegistrationNamesEveryFieldThatIsWrong") {
  const RunningBackend running;
  const Answer answer = running.client("auth").post(
      "/register", {{"email", "nobody"}, {"password", "short"}, {"colour", "red"}});
  CHECK(answer.status == 422);
  CHECK(answer.body["error"] == "validation_failed");
  CHECK(answer.body["fields"] == json{{"email", "must be an e-mail address"},
                                      {"password", "must have 8 to 128 characters"},
                                      {"colour", "is not a known field"}});
}

TEST_CASE("WrongPasswordAndUnknownAddressLookTheSame") {
  const RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  const Answer wrong = auth.post("/login", {{"email", "ada@example.com"}, {"password", "incorrect horse"}});
  const Answer unknown = auth.post("/login", {{"email", "bob@example.com"}, {"password", "correct horse"}});
  CHECK(wrong.status == 401);
  CHECK(wrong.body["error"] == "invalid_credentials");
  CHECK(unknown.status == wrong.status);
  CHECK(unknown.body == wrong.body);
}

TEST_CASE("MeWithoutOrWithAnUnknownTokenIs401") {
  const RunningBackend running;
  auto auth = running.client("auth");
  const Answer without = auth.get("/me");
  CHECK(without.status == 401);
  CHECK(without.body["error"] == "missing_token");
  CHECK(without.header("WWW-Authenticate") == "Bearer error=\"missing_token\"");
  CHECK(auth.get("/me", bearer("nonsense")).body["error"] == "invalid_token");
  CHECK(auth.get("/me", {{"Authorization", "Basic YTpi"}}).body["error"] == "missing_token");
}

TEST_CASE("TokenExpiresAfterItsTtlAndNotBefore") {
  RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  const std::string token = log_in(auth, {{"ttl_ms", 1000}});
  running.advance_clock(999);
  CHECK(auth.get("/me", bearer(token)).status == 200);
  running.advance_clock(1);
  const Answer expired = auth.get("/me", bearer(token));
  CHECK(expired.status == 401);
  CHECK(expired.body["error"] == "token_expired");
}

TEST_CASE("TokenWithTtlZeroHasExpiredAtOnce") {
  const RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  CHECK(auth.get("/me", bearer(log_in(auth, {{"ttl_ms", 0}}))).body["error"] == "token_expired");
}

TEST_CASE("TtlOutOfRangeIs422") {
  const RunningBackend running;
  json body = ada;
  for (const json& ttl : {json(-1), json(86'400'001), json("10"), json(1.5)}) {
    body["ttl_ms"] = ttl;
    const Answer answer = running.client("auth").post("/login", body);
    CAPTURE(ttl.dump());
    CHECK(answer.status == 422);
    CHECK(answer.body["fields"].contains("ttl_ms"));
  }
}

TEST_CASE("LogoutEndsThatTokenOnly") {
  const RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  const std::string first = log_in(auth);
  const std::string second = log_in(auth);
  CHECK(auth.post_text("/logout", "", bearer(first)).status == 204);
  CHECK(auth.get("/me", bearer(first)).body["error"] == "invalid_token");
  CHECK(auth.post_text("/logout", "", bearer(first)).status == 401);
  CHECK(auth.get("/me", bearer(second)).status == 200);
}

TEST_CASE("RefreshReplacesTheToken") {
  const RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  const std::string old_token = log_in(auth);
  const Answer refreshed = auth.post("/refresh", {{"ttl_ms", 5000}}, bearer(old_token));
  REQUIRE(refreshed.status == 200);
  CHECK(refreshed.body["expires_in_ms"] == 5000);
  CHECK(auth.get("/me", bearer(old_token)).status == 401);
  const std::string new_token = refreshed.body["token"];
  CHECK(new_token != old_token);
  CHECK(auth.get("/me", bearer(new_token)).status == 200);
  CHECK(auth.post_text("/refresh", "", bearer(new_token)).body["expires_in_ms"] == 15 * 60 * 1000);
}

TEST_CASE("ExpiredTokenCannotBeRefreshed") {
  const RunningBackend running;
  auto auth = running.client("auth");
  REQUIRE(auth.post("/register", ada).status == 201);
  CHECK(auth.post_text("/refresh", "", bearer(log_in(auth, {{"ttl_ms", 0}}))).status == 401);
}

TEST_CASE("ClosedAccountIsGoneWithAllItsTokens") {
  const RunningBackend running;
  auto auth = running.client("auth");
  const Answer registered = auth.post("/register", ada);
  REQUIRE(registered.status == 201);
  const std::string first = log_in(auth);
  const std::string second = log_in(auth);
  CHECK(auth.del("/me").body["error"] == "missing_token");
  CHECK(auth.del("/me", bearer(first)).status == 204);
  CHECK(auth.get("/me", bearer(first)).body["error"] == "invalid_token");
  CHECK(auth.get("/me", bearer(second)).body["error"] == "invalid_token");
  CHECK(auth.post("/login", ada).status == 401);
  const Answer again = auth.post("/register", ada);
  CHECK(again.status == 201);
  CHECK(again.body["id"] != registered.body["id"]);
}
