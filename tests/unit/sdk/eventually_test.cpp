#include <e2e/eventually.hpp>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

TEST_CASE("EventuallyReturnsWhatTheFirstTryThatHoldsReturns", "[sdk]") {
  Session session;
  session.host.answer(503);
  session.host.refuse("refused");
  session.host.answer(200, R"({"n": 0})");
  session.host.answer(200, R"({"n": 4})");
  int tries = 0;
  const auto rc = session.run([&](CountedPage& page) {
    const auto n = e2e::eventually([&] {
      ++tries;
      const auto response = page.get("/jobs/1");
      page.assert_ok(response);
      E2E_CHECK(response.json("/n") == 4);
      return response.json("/n").as_int();
    });
    CHECK(n == 4);
  });
  CHECK(rc == E2E_PASS);
  CHECK(tries == 4);
  CHECK(session.host.failures.empty());
}

TEST_CASE("EventuallyEndsTheTestWithItsLastFailure", "[sdk]") {
  Session session;
  // Each try has an answer of its own, so that the last is known, however many there is time for.
  for (int i = 0; i < 50; ++i) session.host.answer(400 + i, R"({"n": 1})");
  int tries = 0;
  const auto rc = session.run([&](CountedPage& page) {
    e2e::eventually(
        [&] {
          ++tries;
          page.assert_status(page.get("/a"), 201);
        },
        100);
    FAIL("it goes on");
  });
  CHECK(rc == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  const auto& failure = session.host.failures[0];
  const std::string last = std::to_string(399 + tries);
  CHECK(failure.expression == "assert_status(response, 201)");
  CHECK(failure.actual.find(last) == 0);
  CHECK(failure.expected == "201 Created");
  CHECK(failure.message == "not within 100 ms, in " + std::to_string(tries) +
                               (tries == 1 ? " try" : " tries") + "; at last: GET http://users.test/a -> " +
                               last);
}

TEST_CASE("EventuallyTakesFalseForNotYet", "[sdk]") {
  Session session;
  int tries = 0;
  CHECK(session.run([&](CountedPage&) { CHECK(e2e::eventually([&] { return ++tries == 3; })); }) == E2E_PASS);
  CHECK(session.run([&](CountedPage&) { e2e::eventually([] { return false; }, 0); }) == E2E_FAIL);
  CHECK(session.host.failures.at(0).message == "not within 0 ms, in 1 try; at last: it returned false");
}

TEST_CASE("EventuallyPassesOnWhatIsNoFailedTry", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage&) { e2e::eventually([] { throw std::runtime_error("x"); }); }) ==
        E2E_ERROR);
  CHECK(session.host.failures.at(0).message.find("unexpected std::runtime_error: x") == 0);
  CHECK(session.run([](CountedPage&) { e2e::eventually([] { e2e::skip("no"); }); }) == E2E_SKIP);
  session.host.is_cancelling = true;
  CHECK(session.run([](CountedPage& page) { e2e::eventually([&] { page.get("/a"); }); }) == E2E_CANCELLED);
}

TEST_CASE("FailuresAfterEventuallyAreReportedAgain", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage&) {
    e2e::eventually([] { return true; });
    E2E_CHECK(1 == 2);
  }) == E2E_FAIL);
  CHECK(session.host.failures.size() == 1);
}
