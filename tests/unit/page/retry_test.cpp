#include <e2e_catch.hpp>

#include "page/retry_plan.hpp"
#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

using Kind = TryResult::Kind;

/// Answers with these in turn, one connection for all; then with 200.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers)
      : answers_(std::move(answers)), server_([this](RawConnection& connection) {
          while (connection.read_request()) {
            const size_t index = requests_++;
            connection.send(index < answers_.size() ? answers_[index] : ok_answer("fine"));
          }
        }) {}
  [[nodiscard]] std::string url() const { return server_.url(); }
  [[nodiscard]] size_t requests() const { return requests_; }

 private:
  const std::vector<std::string> answers_;
  std::atomic<size_t> requests_{0};
  RawServer server_;
};

std::string status_answer(int status, const std::string& headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: 0\r\n" + headers + "\r\n";
}

Request request(std::string_view method,
                std::vector<std::pair<std::string_view, std::string_view>> options = {}) {
  Request asked{method, "/x", {}, {}, {}, 0};
  asked.options = std::move(options);
  return asked;
}

}  // namespace

TEST_CASE("NothingIsSentAgainUnlessAskedFor") {
  const ScriptedServer server({status_answer(503)});
  PageFixture fixture(server.url());
  CHECK(fixture.send(request("GET")).status() == 503);
  CHECK(server.requests() == 1);
  CHECK(fixture.environment.notes.empty());
}

TEST_CASE("ARequestIsSentAgainUntilItGoesWellAndThatIsSaid") {
  const ScriptedServer server({status_answer(503), status_answer(429)});
  PageFixture fixture(server.url());
  Response& response = fixture.send(request("GET", {{"retries", "3"}}));
  CHECK(response.status() == 200);
  CHECK(response.fact("retries") == "2");
  CHECK(response.fact("no such thing").empty());
  const auto& exchanges = fixture.environment.exchanges;
  REQUIRE(exchanges.size() == 3);
  for (size_t i = 0; i < exchanges.size(); ++i) CHECK(exchanges[i].retry == i);
  CHECK(exchanges[0].status == 503);
  CHECK(exchanges[1].status == 429);
  CHECK(exchanges[2].status == 200);
  CHECK(fixture.environment.pauses == std::vector<int64_t>{100, 200});
  CHECK(fixture.environment.notes ==
        std::vector<std::string>{"GET " + server.url() + "/x -> 200 after 2 retries (503, 429)"});
}

TEST_CASE("RetriesEndAndTheLastAnswerCounts") {
  const ScriptedServer server({status_answer(502), status_answer(503), status_answer(504)});
  PageFixture fixture(server.url());
  CHECK(fixture.send(request("GET", {{"retries", "1"}})).status() == 503);
  CHECK(server.requests() == 2);
  CHECK(fixture.environment.notes ==
        std::vector<std::string>{"GET " + server.url() + "/x -> 503 after 1 retry (502)"});
}

TEST_CASE("RetryAfterIsWaitedForUnlessItIsTooLong") {
  SECTION("exactly so long") {
    const ScriptedServer server({status_answer(503, "Retry-After: 3\r\n")});
    PageFixture fixture(server.url());
    CHECK(fixture.send(request("GET", {{"retries", "1"}})).status() == 200);
    CHECK(fixture.environment.pauses == std::vector<int64_t>{3000});
  }
  SECTION("longer than the longest pause") {
    const ScriptedServer server({status_answer(503, "Retry-After: 11\r\n")});
    PageFixture fixture(server.url());
    CHECK(fixture.send(request("GET", {{"retries", "1"}})).status() == 503);
    CHECK(server.requests() == 1);
  }
  SECTION("longer than the test has") {
    const ScriptedServer server({status_answer(503, "Retry-After: 3\r\n")});
    PageFixture fixture(server.url());
    fixture.environment.to_deadline_ms = 3000;
    CHECK(fixture.send(request("GET", {{"retries", "1"}})).status() == 503);
    CHECK(fixture.environment.pauses.empty());
    fixture.environment.to_deadline_ms = 3001;
    CHECK(fixture.send(request("GET", {{"retries", "1"}})).status() == 200);
  }
  SECTION("nonsense is as if it were not there") {
    const ScriptedServer server({status_answer(503, "Retry-After: soon\r\n")});
    PageFixture fixture(server.url());
    CHECK(fixture.send(request("GET", {{"retries", "1"}})).status() == 200);
    CHECK(fixture.environment.pauses == std::vector<int64_t>{100});
  }
}

TEST_CASE("WhatMayNotBeRepeatedIsNotUnlessToldOtherwise") {
  for (const char* method : {"POST", "PATCH", "PURGE"}) {
    const ScriptedServer server({status_answer(503), status_answer(503)});
    PageFixture fixture(server.url());
    CHECK(fixture.send(request(method, {{"retries", "1"}})).status() == 503);
    CHECK(server.requests() == 1);
    CHECK(fixture.send(request(method, {{"retries", "1"}, {"retry_methods", "all"}})).status() == 200);
    CHECK(server.requests() == 3);
  }
}

TEST_CASE("ConnectErrorsAndTimeoutsAreTriedAgain") {
  SECTION("no connection") {
    PageFixture fixture("http://127.0.0.1:" + std::to_string(unused_port()));
    Response& response = fixture.send(request("GET", {{"retries", "2"}}));
    CHECK(response.error().find("cannot connect to") == 0);
    CHECK(fixture.environment.exchanges.size() == 3);
    CHECK(fixture.environment.notes.at(0).find(
              "-> no connection after 2 retries (no connection, no connection)") != std::string::npos);
    CHECK(fixture.send(request("GET", {{"retries", "2"}, {"retry_on", "timeout"}})).error() != "");
    CHECK(fixture.environment.exchanges.size() == 4);
  }
  SECTION("no answer in time") {
    std::atomic<int> requests{0};
    RawServer server([&](RawConnection& connection) {
      connection.read_request();
      if (++requests == 1) return connection.await_close();
      connection.send(ok_answer("late"));
    });
    PageFixture fixture(server.url());
    Request asked = request("GET", {{"retries", "1"}});
    asked.timeout_ms = 200;
    CHECK(fixture.send(asked).body() == "late");
    CHECK(fixture.environment.notes.at(0).find("-> 200 after 1 retry (no answer in time)") !=
          std::string::npos);
  }
  SECTION("a broken answer, where that is asked for") {
    std::atomic<int> connections{0};
    RawServer breaking([&](RawConnection& connection) {
      connection.read_request();
      if (++connections % 2 == 1) return connection.reset();
      connection.send(ok_answer("whole"));
    });
    PageFixture fixture(breaking.url());
    CHECK(fixture.send(request("GET", {{"retries", "1"}, {"retry_on", "broken"}})).body() == "whole");
    CHECK(fixture.send(request("GET", {{"retries", "1"}})).error() != "");
  }
}

TEST_CASE("APagesOptionsHoldUnlessTheRequestSaysOtherwise") {
  const ScriptedServer server({status_answer(503), status_answer(503)});
  PageFixture fixture(server.url());
  fixture.page.set_option("retries", "1");
  CHECK(fixture.send(request("GET", {{"retries", "0"}})).status() == 503);
  CHECK(fixture.send(request("GET")).status() == 200);
  CHECK_THROWS_WITH(fixture.page.set_option("retries", "21"),
                    "the request option retries must be a whole number from 0 to 20, not '21'");
  CHECK(fixture.send(request("GET", {{"wings", "2"}})).error() ==
        "this host does not know the request option 'wings': update e2e-host");
  CHECK(
      fixture.send(request("GET", {{"retry_on", "503, moon"}})).error() ==
      "the request option retry_on must be a list of connect, timeout, broken and statuses from 100 to 599, "
      "not '503, moon'");
}

TEST_CASE("ACancelledPauseEndsTheRequest") {
  const ScriptedServer server({status_answer(503)});
  PageFixture fixture(server.url());
  struct Cancelling : FakeEnvironment {
    bool pause(int64_t) override {
      cancelled = true;
      return false;
    }
  } environment;
  Page page(PageFixture::settings_for(server.url()), fixture.session, environment);
  CHECK(page.request(request("GET", {{"retries", "5"}})) == nullptr);
  CHECK(server.requests() == 1);
}

TEST_CASE("PausesGrowToTheirLimitWithoutOverflow") {
  RetryOptions options;
  options.retries = 20;
  options.delay_ms = 3'600'000;
  options.max_delay_ms = 3'600'000;
  RetryPlan plan(options, "GET");
  for (int i = 0; i < 20; ++i) {
    const auto pause = plan.after({Kind::answered, 503, {}});
    REQUIRE(pause);
    CHECK(pause->least_ms == 0);
    CHECK(pause->most_ms == 3'600'000);
  }
  CHECK_FALSE(plan.after({Kind::answered, 503, {}}));
  CHECK(plan.retries() == 20);
}
