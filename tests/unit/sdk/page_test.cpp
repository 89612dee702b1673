#include "e2e_catch.hpp"
#include "fake_json.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace {

/// The only failure of an attempt with this body, after the service answered `status` and `text`.
template <class Body>
e2e_fake::Failure failure_of(int status, const char* text, Body body) {
  Session session;
  session.host.answer(status, text);
  session.host.answers.back().headers = {{"Content-Type", "application/json"}};
  const auto rc = session.run([&](CountedPage& page) { body(page, page.post("/users")); });
  CHECK(rc == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].flags == 0);
  return session.host.failures[0];
}

}  // namespace

TEST_CASE("EachVerbSendsItsMethod", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    page.get("/a");
    page.post("/a");
    page.put("/a");
    page.patch("/a");
    page.del("/a");
    page.head("/a");
    page.options("/a");
    page.request("PURGE", std::string("/a"));
  });
  std::string methods;
  for (const auto& request : session.host.requests) methods += request.method + " ";
  CHECK(methods == "GET POST PUT PATCH DELETE HEAD OPTIONS PURGE ");
}

TEST_CASE("OptionsOfARequestAddUpInAnyOrder", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    page.post("/a", e2e::timeout_ms(250), e2e::query({{"q", "x y"}, {"n", 5}}), e2e::header("X-A", "1"),
              e2e::json_body({{"email", "a@b"},
                              {"n", 1},
                              {"nested", e2e::object({{"k", nullptr}})},
                              {"list", e2e::array({1, 2})}}),
              e2e::headers({{"X-B", "2"}}), e2e::query({{"n", 6}}));
  });
  REQUIRE(session.host.requests.size() == 1);
  const auto& request = session.host.requests[0];
  CHECK(request.body == R"({"email":"a@b","n":1,"nested":{"k":null},"list":[1,2]})");
  CHECK(request.headers == Pairs{{"X-A", "1"}, {"X-B", "2"}, {"content-type", "application/json"}});
  CHECK(request.query == Pairs{{"q", "x y"}, {"n", "5"}, {"n", "6"}});
  CHECK(request.timeout_ms == 250);
}

TEST_CASE("BodyOptionsSetTheirContentType", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    page.post("/a", e2e::form({{"a b", "c&d"}, {"n", 1}}));
    page.post("/a", e2e::json_text("{broken"));
    page.post("/a", e2e::body(std::string_view("\0x", 2), "image/png"));
    page.post("/a", e2e::json_body(e2e::array({1})), e2e::header("Content-Type", "application/vnd.x+json"));
    page.post("/a", e2e::json_body(e2e::parse_json("[2]")));
  });
  const auto& requests = session.host.requests;
  REQUIRE(requests.size() == 5);
  CHECK(requests[0].body == "a+b=c%26d&n=1");
  CHECK(requests[0].headers == Pairs{{"content-type", "application/x-www-form-urlencoded"}});
  CHECK(requests[1].body == "{broken");
  CHECK(requests[2].body == std::string("\0x", 2));
  CHECK(requests[2].headers == Pairs{{"content-type", "image/png"}});
  CHECK(requests[3].headers == Pairs{{"Content-Type", "application/vnd.x+json"}});
  CHECK(requests[4].body == "[2]");
}

TEST_CASE("ResponseShowsWhatCame", "[sdk]") {
  Session session;
  session.host.answer(201, R"({"id":"u1"})");
  session.host.answers.back().headers = {{"Content-Type", "a"}, {"X-Y", "b"}};
  const auto rc = session.run([](CountedPage& page) {
    const auto response = page.get("/users");
    CHECK(response.status() == 201);
    CHECK(response.ok());
    CHECK(response.method() == "GET");
    CHECK(response.url() == "http://users.test/users");
    CHECK(response.header("content-TYPE") == "a");
    CHECK_FALSE(response.header("absent").has_value());
    CHECK(response.headers().size() == 2);
    CHECK(response.headers()[1].name == "X-Y");
    CHECK(response.text() == R"({"id":"u1"})");
    CHECK(response.bytes() == R"({"id":"u1"})");
    CHECK(response.json("/id").as_string() == "u1");
    CHECK(response.json().size() == 1);
    CHECK(response.timings().wait_ms == 1.5);
    CHECK(response.total_ms() == 2.5);
    CHECK(response.exchange() == "GET http://users.test/users -> 201");
  });
  CHECK(rc == E2E_PASS);
}

TEST_CASE("HostMemoryIsFreedWithTheLastCopy", "[sdk]") {
  Session session;
  session.host.answer(200, "first");
  session.host.answer(200, "second");
  std::optional<e2e::Response> kept;
  session.run([&](CountedPage& page) {
    {
      const e2e::Response response = page.get("/a");
      e2e::Response copy = response;
      copy = response;
      CHECK(session.host.live_responses.size() == 1);
    }
    CHECK(session.host.live_responses.empty());
    kept = page.get("/b");
  });
  CHECK(session.host.live_responses.empty());
  CHECK(kept->text() == "second");
  CHECK(kept->status() == 200);
  CHECK(kept->total_ms() == 2.5);
}

TEST_CASE("MissingJsonValueNamesPointerUrlAndWhatIsThere", "[sdk]") {
  const auto failure = failure_of(200, R"({"error":"x"})",
                                  [](CountedPage&, const e2e::Response& response) { response.json("/id"); });
  CHECK(failure.expression == "response.json(\"/id\")");
  CHECK(failure.message ==
        "POST http://users.test/users -> 200: no value at /id; the document is an object with the member "
        "\"error\"");
  CHECK(failure.line != 0);
}

TEST_CASE("BodyThatIsNoJsonFailsWithItsBeginning", "[sdk]") {
  CHECK(failure_of(502, "<html>Bad Gateway</html>",
                   [](CountedPage&, const e2e::Response& response) { response.json("/id"); })
            .message ==
        "POST http://users.test/users -> 502: the body is not JSON: syntax error; it begins with "
        "\"<html>Bad Gateway</html>\"");
  CHECK(failure_of(204, "", [](CountedPage&, const e2e::Response& response) { response.json(); }).message ==
        "POST http://users.test/users -> 204: no JSON: the body is empty");
}

TEST_CASE("PageAssertionsSayExpectedActualAndExchange", "[sdk]") {
  unsigned line = 0;
  const auto status = failure_of(500, "", [&](CountedPage& page, const e2e::Response& response) {
    line = __LINE__ + 1;
    page.assert_status(response, 201);
  });
  CHECK(status.expression == "assert_status(response, 201)");
  CHECK(status.expected == "201 Created");
  CHECK(status.actual == "500 Internal Server Error");
  CHECK(status.message == "POST http://users.test/users -> 500");
  CHECK(status.line == line);
  CHECK(status.file.substr(status.file.rfind('/') + 1) == "page_test.cpp");

  const auto several = failure_of(599, "", [](CountedPage& page, const e2e::Response& response) {
    page.assert_status(response, {200, 201});
  });
  CHECK(several.expression == "assert_status(response, {200, 201})");
  CHECK(several.expected == "200 OK or 201 Created");
  CHECK(several.actual == "599");

  const auto ok =
      failure_of(404, "", [](CountedPage& page, const e2e::Response& response) { page.assert_ok(response); });
  CHECK(ok.expression == "assert_ok(response)");
  CHECK(ok.expected == "2xx");
  CHECK(ok.actual == "404 Not Found");

  const auto json =
      failure_of(200, R"({"status":"declined"})", [](CountedPage& page, const e2e::Response& response) {
        page.assert_json(response, "/status", "paid");
      });
  CHECK(json.expression == "assert_json(response, \"/status\", \"paid\")");
  CHECK(json.expected == "\"paid\"");
  CHECK(json.actual == "\"declined\"");

  const auto header = failure_of(200, "", [](CountedPage& page, const e2e::Response& response) {
    page.assert_header(response, "content-type", "text/html");
  });
  CHECK(header.expression == "assert_header(response, \"content-type\", \"text/html\")");
  CHECK(header.expected == "\"text/html\"");
  CHECK(header.actual == "\"application/json\"");
  CHECK(failure_of(200, "", [](CountedPage& page, const e2e::Response& response) {
          page.assert_header(response, "etag", "1");
        }).actual == "no such header");
}

TEST_CASE("PageAssertionsThatHoldReportNothing", "[sdk]") {
  Session session;
  session.host.answer(201, R"({"n":[1]})");
  session.host.answers.back().headers = {{"ETag", "1"}};
  const auto rc = session.run([](CountedPage& page) {
    const auto response = page.post("/a");
    page.assert_ok(response);
    page.assert_status(response, 201);
    page.assert_status(response, {200, 201});
    page.assert_json(response, "/n", e2e::array({1}));
    page.assert_header(response, "etag", "1");
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.failures.empty());
}

TEST_CASE("RequestWithoutAnAnswerIsAnErrorAtItsPlace", "[sdk]") {
  Session session;
  session.host.refuse("connection refused");
  unsigned line = 0;
  const auto rc = session.run([&](CountedPage& page) {
    line = __LINE__ + 1;
    page.get("/users");
  });
  CHECK(rc == E2E_ERROR);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "GET http://users.test/users: connection refused");
  CHECK(session.host.failures[0].flags == E2E_FAILURE_ERROR);
  CHECK(session.host.failures[0].line == line);
  CHECK(session.host.live_responses.empty());
}

TEST_CASE("RequestErrorCanBeCaught", "[sdk]") {
  Session session;
  session.host.refuse("timed out");
  const auto rc = session.run([&](CountedPage& page) {
    try {
      page.get("/users");
      FAIL("nothing thrown");
    } catch (const e2e::RequestError& error) {
      CHECK(error.method() == "GET");
      CHECK(error.url() == "http://users.test/users");
      CHECK(error.reason() == "timed out");
    }
  });
  CHECK(rc == E2E_PASS);
}

TEST_CASE("CheckHealthIsFalseForABadStatusAndForNoAnswer", "[sdk]") {
  Session session;
  session.host.answer(204);
  session.host.answer(503);
  session.host.refuse("connection refused");
  const auto rc = session.run([](CountedPage& page) {
    CHECK(page.check_health());
    CHECK_FALSE(page.check_health());
    CHECK_FALSE(page.check_health());
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.requests[0].target == "/health");
  CHECK(session.host.failures.empty());
}

TEST_CASE("WaitForHealthyAsksUntilTheServiceIsHealthy", "[sdk]") {
  Session session;
  session.host.refuse("connection refused");
  session.host.answer(503);
  session.host.answer(200);
  CHECK(session.run([](CountedPage& page) { page.wait_for_healthy(60000); }) == E2E_PASS);
  CHECK(session.host.requests.size() == 3);
}

TEST_CASE("WaitForHealthyFailsWithTheLastReason", "[sdk]") {
  Session session;
  session.host.refuse("connection refused");
  const auto rc = session.run([](CountedPage& page) { page.wait_for_healthy(1); });
  CHECK(rc == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].expression == "wait_for_healthy()");
  CHECK(session.host.failures[0].message ==
        "users is not healthy after 1 ms and 1 attempt: GET http://users.test/health: connection refused");
}

TEST_CASE("PageKnowsItsPlaceInTheRun", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    CHECK(page.test_id() == "run1-t1-a1");
    CHECK(page.run_id() == "run1");
    CHECK(page.worker_index() == 3);
    CHECK(page.attempt() == 2);
    CHECK(page.service() == "users");
    CHECK(page.base_url() == "http://users.test");
    CHECK(page.health_endpoint() == "/health");
    page.set_header("X-Token", "t");
    page.set_timeout_ms(77);
  });
  CHECK(session.page.default_headers["X-Token"] == "t");
  CHECK(session.page.default_timeout_ms == 77);
}

TEST_CASE("UniqueValuesDifferAndEmailsAreValid", "[sdk]") {
  Session session;
  session.run([&](CountedPage& page) {
    CHECK(page.unique_email() == "e2e-run1-t1-a1-1@example.com");
    CHECK(page.unique_email() == "e2e-run1-t1-a1-2@example.com");
    CHECK(page.unique_name("order") == "order-run1-t1-a1-3");
    session.host.test_id = std::string(63, 'A') + "1";
    const std::string one = page.unique_email(), other = page.unique_email();
    CHECK(one != other);
    CHECK(one.find('@') == 64);
    session.host.test_id = std::string(63, 'A') + "2";
    session.host.unique = 3;
    CHECK(page.unique_email() != one);
  });
}

TEST_CASE("MetadataIsKeptAsJson", "[sdk]") {
  Session session;
  const auto rc = session.run([](CountedPage& page) {
    CHECK_FALSE(page.has_metadata("user"));
    page.set_metadata("user", e2e::object({{"id", 7}}));
    CHECK(page.has_metadata("user"));
    CHECK(page.get_metadata("user")["id"].as_int() == 7);
    page.set_metadata("token", "abc");
    CHECK(page.get_metadata("token").as_string() == "abc");
  });
  CHECK(rc == E2E_PASS);
  CHECK(session.host.metadata["user"] == R"({"id":7})");
}

TEST_CASE("MissingMetadataSaysHowToGetIt", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage& page) { page.get_metadata("user_id"); }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(
      session.host.failures[0].message ==
      "there is no metadata \"user_id\": no test that passed before has set it; name the one that does with "
      "e2e::depends_on(\"...\")");
}

TEST_CASE("RefusedMetadataFails", "[sdk]") {
  Session session;
  session.host.metadata_rc = E2E_ERROR;
  CHECK(session.run([](CountedPage& page) { page.set_metadata("big", 1); }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "metadata \"big\" was refused: it is not JSON, or larger than 1 MiB");
}

TEST_CASE("RateLimitIsHandedToTheHost", "[sdk]") {
  Session session;
  const auto rc = session.run([](CountedPage& page) {
    page.set_rate_limit(e2e::RateLimitConfig{true, 10});
    page.set_rate_limit(e2e::RateLimitConfig{true, 3, 7});
    page.set_rate_limit(e2e::RateLimitConfig{true, 0.001});
    page.set_rate_limit(e2e::RateLimitConfig{false, 20});
  });
  CHECK(rc == E2E_PASS);
  REQUIRE(session.host.rate_limits.size() == 3);
  CHECK(session.host.rate_limits[0].interval_ns == 100'000'000);
  CHECK(session.host.rate_limits[0].burst == 1);
  CHECK(session.host.rate_limits[1].interval_ns == 333'333'334);
  CHECK(session.host.rate_limits[1].burst == 7);
  CHECK(session.host.rate_limits[2].interval_ns == E2E_RATE_MAX_INTERVAL_NS);
}

TEST_CASE("RateLimitThatTheConfigurationOverrulesIsNoMistake", "[sdk]") {
  Session session;
  session.host.rate_limit_rc = E2E_SKIP;
  CHECK(session.run([](CountedPage& page) {
    page.set_rate_limit(e2e::RateLimitConfig{true, 10});
  }) == E2E_PASS);
}

TEST_CASE("RateLimitThatCannotBeIsAFailure", "[sdk]") {
  const auto message_of = [](const e2e::RateLimitConfig& limit) {
    Session session;
    CHECK(session.run([&](CountedPage& page) { page.set_rate_limit(limit); }) == E2E_FAIL);
    REQUIRE(session.host.failures.size() == 1);
    CHECK(session.host.rate_limits.empty());
    return session.host.failures[0].message;
  };
  CHECK(message_of({}) == "a rate limit must be of 0.001 to 1000000 requests per second, not 0.000000");
  CHECK(message_of({true, 10, 0}) == "a rate limit's burst must be from 1 to 10000, not 0");
}

TEST_CASE("HostWithoutRateLimitsIsToldWhereOneIsNeeded", "[sdk]") {
  Session session;
  session.plugin->deinit(session.ctx);
  session.host.missing_extensions.insert(E2E_EXT_RATE);
  REQUIRE(session.plugin->init(session.host.handle(), &session.ctx) == E2E_PASS);
  CHECK(session.run([](CountedPage& page) { page.set_rate_limit(e2e::RateLimitConfig{false}); }) == E2E_PASS);
  CHECK(session.run([](CountedPage& page) {
    page.set_rate_limit(e2e::RateLimitConfig{true, 10});
  }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "the host (e2e-host 0.1.0) does not offer e2e.rate/1, which page.set_rate_limit() needs: update it");
}

TEST_CASE("StepsNestAndReturnWhatTheyReturn", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    const int value = e2e::step("outer", [&] {
      page.get("/in");
      e2e::step("inner", [] { e2e::note("noted"); });
      e2e::attach("a.txt", "text/plain", "content");
      return 42;
    });
    CHECK(value == 42);
    e2e::step("fails", [] { e2e::fail("broken"); });
  });
  std::vector<std::string> log;
  for (const std::string& line : session.host.log) {
    if (line.compare(0, 5, "phase") != 0) log.push_back(line);
  }
  CHECK(log == std::vector<std::string>{"step outer", "request GET /in", "step inner", "note noted",
                                        "step_end", "attach a.txt text/plain content", "step_end",
                                        "step fails", "failure broken", "step_end"});
}

TEST_CASE("RetriesPassAsOptions", "[sdk]") {
  Session session;
  const Pairs all = {{"retries", "4"},
                     {"retry_on", "connect,broken,418"},
                     {"retry_methods", "all"},
                     {"retry_delay", "7"},
                     {"retry_max_delay", "70"}};
  const auto rc = session.run([](CountedPage& page) {
    e2e::RetryConfig config;
    config.retries = 4;
    config.on_timeout = false;
    config.on_broken = true;
    config.on_status = {418};
    config.all_methods = true;
    config.delay_ms = 7;
    config.max_delay_ms = 70;
    page.get("/a");
    CHECK(page.get("/a", e2e::retry(config)).retries() == 3);
    page.get("/a", e2e::retry(2));
    page.set_retry(config);
  });
  CHECK(rc == E2E_PASS);
  REQUIRE(session.host.requests.size() == 3);
  CHECK(session.host.requests[0].options.empty());
  CHECK(session.host.requests[1].options == all);
  CHECK(session.host.requests[2].options == Pairs{{"retries", "2"}});
  CHECK(session.host.page_options == all);
}

TEST_CASE("OptionsThatTheHostRefusesOrCannotTakeFailTheTest", "[sdk]") {
  Session refusing;
  refusing.host.option_problem = "the request option retries must be less";
  CHECK(refusing.run([](CountedPage& page) { page.set_retry({}); }) == E2E_FAIL);
  CHECK(refusing.host.failures.at(0).message == "page.set_retry(): the request option retries must be less");

  Session old;
  old.plugin->deinit(old.ctx);
  old.host.missing_extensions = {E2E_EXT_HTTP};
  REQUIRE(old.plugin->init(old.host.handle(), &old.ctx) == E2E_PASS);
  CHECK(old.run([](CountedPage& page) { CHECK(page.get("/a").retries() == 0); }) == E2E_PASS);
  CHECK(old.run([](CountedPage& page) { page.get("/a", e2e::retry(2)); }) == E2E_FAIL);
  CHECK(old.host.failures.at(0).message ==
        "the host (e2e-host 0.1.0) does not offer e2e.http/1, which e2e::retry() needs: update it");
}
