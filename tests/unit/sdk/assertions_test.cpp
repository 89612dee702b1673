#include "e2e_catch.hpp"
#include "session.hpp"

using e2e::Page;
using e2e::Response;
using e2e_fake::CountedPage;
using e2e_fake::Session;

namespace {

const char* const exchange = "POST http://users.test/users -> 500";

void give_answer(Session& session) {
  session.host.answer(500, R"({"error": "broken", "list": [1, 2]})");
  session.host.answers.back().headers = {
      {"Content-Type", "application/json"}, {"Set-Cookie", "sid=abc; Path=/; HttpOnly"}, {"X-Trace", "7f"}};
}

/// What an assertion reports, the same from the hard and the soft one but for name and flags.
template <class Hard, class Soft>
e2e_fake::Failure failure_of(Hard hard, Soft soft) {
  Session hard_session, soft_session;
  give_answer(hard_session);
  give_answer(soft_session);
  bool went_on = false, held = true;
  CHECK(hard_session.run([&](CountedPage& page) {
    hard(page.post("/users"));
    FAIL("a hard assertion went on");
  }) == E2E_FAIL);
  CHECK(soft_session.run([&](CountedPage& page) {
    held = soft(page.post("/users"));
    went_on = true;
  }) == E2E_FAIL);
  CHECK(went_on);
  CHECK_FALSE(held);
  REQUIRE(hard_session.host.failures.size() == 1);
  REQUIRE(soft_session.host.failures.size() == 1);
  const auto& failure = hard_session.host.failures[0];
  const auto& soft_failure = soft_session.host.failures[0];
  CHECK(failure.flags == 0);
  CHECK(soft_failure.flags == E2E_FAILURE_SOFT);
  CHECK("assert_" + soft_failure.expression.substr(7) == failure.expression);
  CHECK(soft_failure.message == failure.message);
  CHECK(soft_failure.actual == failure.actual);
  CHECK(soft_failure.expected == failure.expected);
  return failure;
}

void check(const e2e_fake::Failure& failure, const std::string& expression, const std::string& expected,
           const std::string& actual, const std::string& message = exchange) {
  CHECK(failure.expression == expression);
  CHECK(failure.expected == expected);
  CHECK(failure.actual == actual);
  CHECK(failure.message == message);
}

}  // namespace

#define BOTH(name, ...)                                                                      \
  failure_of([](const Response& response) { Page::assert_##name(response, ##__VA_ARGS__); }, \
             [](const Response& response) { return Page::expect_##name(response, ##__VA_ARGS__); })
#define LIST(...) \
  { __VA_ARGS__ }

TEST_CASE("AssertionsOfStatusSayWhatCame", "[sdk]") {
  check(BOTH(ok), "assert_ok(response)", "2xx", "500 Internal Server Error");
  check(BOTH(status, 201), "assert_status(response, 201)", "201 Created", "500 Internal Server Error");
  check(BOTH(status, LIST(200, 404)), "assert_status(response, {200, 404})", "200 OK or 404 Not Found",
        "500 Internal Server Error");
}

TEST_CASE("AssertionsOfHeadersAndCookiesSayWhatCame", "[sdk]") {
  check(BOTH(header, "x-trace", "80"), R"(assert_header(response, "x-trace", "80"))", "\"80\"", "\"7f\"");
  check(BOTH(header, "x-none", "80"), R"(assert_header(response, "x-none", "80"))", "\"80\"",
        "no such header");
  check(BOTH(has_header, "ETag"), R"(assert_has_header(response, "ETag"))", "the header \"ETag\"",
        "Content-Type, Set-Cookie, X-Trace");
  check(BOTH(header_matches, "X-Trace", "^[0-9]+$"),
        R"(assert_header_matches(response, "X-Trace", "^[0-9]+$"))", "matches \"^[0-9]+$\"", "\"7f\"");
  check(BOTH(header_matches, "X-None", "a"), R"(assert_header_matches(response, "X-None", "a"))",
        "matches \"a\"", "no such header");
  check(BOTH(cookie, "sid", "xyz"), R"(assert_cookie(response, "sid", "xyz"))", "\"xyz\"", "\"abc\"");
  check(BOTH(cookie, "SID", "abc"), R"(assert_cookie(response, "SID", "abc"))", "\"abc\"", "no such cookie");
}

TEST_CASE("AssertionsOfTheBodySayWhatCame", "[sdk]") {
  const std::string begin = R"("{\"error\": \"broken\", \"list\": [1, 2]}")";
  check(BOTH(body_contains, "fine"), R"(assert_body_contains(response, "fine"))", "contains \"fine\"", begin);
  check(BOTH(body_matches, "^x"), R"(assert_body_matches(response, "^x"))", "matches \"^x\"", begin);
  check(BOTH(body_sha256, "E3B0"), R"(assert_body_sha256(response, "E3B0"))", "e3b0", "hash of 35 bytes");
  check(BOTH(json, "/error", "fine"), R"(assert_json(response, "/error", "fine"))", "\"fine\"", "\"broken\"");
  check(BOTH(json, "/list", e2e::array({1, 3})), R"(assert_json(response, "/list", [1,3]))", "[1,3]", "[1,2]",
        std::string(exchange) + "\n/list/1: expected 3, got 2");
}

TEST_CASE("ALatencyBudgetSaysWhatItTook", "[sdk]") {
  check(BOTH(faster_than, 2.5), "assert_faster_than(response, 2.5 ms)", "less than 2.5 ms", "2.5 ms");
  check(BOTH(faster_than, 1), "assert_faster_than(response, 1 ms)", "less than 1 ms", "2.5 ms");
}

TEST_CASE("AssertionsThatHoldReportNothing", "[sdk]") {
  Session session;
  give_answer(session);
  CHECK(session.run([](CountedPage& page) {
    const auto response = page.post("/users");
    Page::assert_status(response, {500, 501});
    Page::assert_has_header(response, "content-type");
    Page::assert_header_matches(response, "content-type", "json$");
    Page::assert_cookie(response, "sid", "abc");
    Page::assert_body_contains(response, "broken");
    Page::assert_body_matches(response, "err.r");
    Page::assert_body_sha256(response, response.sha256());
    Page::assert_faster_than(response, 3);
    CHECK(Page::expect_json(response, "/list", e2e::array({1, 2})));
    CHECK(response.cookie("sid") == "abc");
    CHECK_FALSE(response.cookie("Path").has_value());
  }) == E2E_PASS);
  CHECK(session.host.failures.empty());
}
