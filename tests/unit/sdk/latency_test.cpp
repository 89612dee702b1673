#include <e2e/latency.hpp>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

TEST_CASE("PercentilesAreByNearestRank", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage&) {
    e2e::Latencies latencies;
    for (const double ms : {50.0, 15.0, 40.0, 20.0, 35.0}) latencies.add_ms(ms);
    CHECK(latencies.percentile(0) == 15);
    CHECK(latencies.percentile(30) == 20);
    CHECK(latencies.percentile(40) == 20);
    CHECK(latencies.percentile(50) == 35);
    CHECK(latencies.percentile(100) == 50);
    CHECK(latencies.mean() == 32);
    e2e::assert_latency(latencies, {{50, 35.5}, {100, 51}});
  }) == E2E_PASS);
}

TEST_CASE("ABudgetThatIsExceededShowsAllOfThem", "[sdk]") {
  Session session;
  bool went_on = false;
  CHECK(session.run([&](CountedPage& page) {
    const auto latencies = e2e::measure(3, [&] { return page.get("/a"); });
    CHECK(latencies.size() == 3);
    CHECK_FALSE(e2e::expect_latency(latencies, {{50, 20}, {99.9, 2}}));
    went_on = true;
    e2e::assert_latency(latencies, {{50, 2}});
  }) == E2E_FAIL);
  CHECK(went_on);
  REQUIRE(session.host.failures.size() == 2);
  CHECK(session.host.failures[0].expression == "expect_latency(p50 < 20 ms, p99.9 < 2 ms)");
  CHECK(session.host.failures[0].expected == "p50 less than 20 ms, p99.9 less than 2 ms");
  CHECK(session.host.failures[0].actual == "p50 2.5 ms, p99.9 2.5 ms");
  CHECK(session.host.failures[0].message == "of 3 exchanges");
  CHECK(session.host.failures[1].expression == "assert_latency(p50 < 2 ms)");
  CHECK(session.host.failures[1].flags == 0);
}

TEST_CASE("NoSamplesHaveNoPercentile", "[sdk]") {
  Session session;
  session.run([](CountedPage&) { static_cast<void>(e2e::Latencies().percentile(50)); });
  CHECK(session.host.failures.at(0).message == "there are no latencies to take a percentile of");
}
