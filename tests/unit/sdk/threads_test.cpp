#include <atomic>
#include <stdexcept>
#include <thread>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::hooks;
using e2e_fake::Session;

TEST_CASE("CheckOnAnAttachedThreadIsTheTestsFailure", "[sdk]") {
  Session session;
  const auto rc = session.run([](CountedPage&) {
    const e2e::Context context = e2e::current();
    std::thread thread([&] {
      const auto attached = context.attach();
      E2E_CHECK(1 == 2);
    });
    thread.join();
  });
  CHECK(rc == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].expression == "1 == 2");
}

TEST_CASE("WhatAnAttachedThreadThrowsIsReportedByRun", "[sdk]") {
  Session session;
  bool first = true, second = false;
  const auto rc = session.run([&](CountedPage&) {
    const e2e::Context context = e2e::current();
    std::thread thread([&] {
      first = context.run([] { throw std::runtime_error("in thread"); });
      second = context.run([] {});
    });
    thread.join();
  });
  CHECK(rc == E2E_ERROR);
  CHECK_FALSE(first);
  CHECK(second);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "unexpected std::runtime_error: in thread");
}

TEST_CASE("PageIsRefusedOnAnotherThread", "[sdk]") {
  Session session;
  session.run([](CountedPage& page) {
    const e2e::Context context = e2e::current();
    std::thread thread([&] { context.run([&] { page.get("/a"); }); });
    thread.join();
  });
  CHECK(session.host.requests.empty());
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "unexpected std::logic_error: a page was used on another thread than the test's own");
}

TEST_CASE("ResponseLetGoOnAnotherThreadIsReleasedByTheTestsOwn", "[sdk]") {
  Session session;
  session.run([&](CountedPage& page) {
    std::optional<e2e::Response> response = page.get("/a");
    std::thread thread([&] { response.reset(); });
    thread.join();
    CHECK(session.host.live_responses.size() == 1);
  });
  CHECK(session.host.live_responses.empty());
}

TEST_CASE("SeveralThreadsRunInstancesOfOneLibraryAtOnce", "[sdk]") {
  constexpr int threads = 4, rounds = 50;
  std::atomic<int> wrong{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&wrong, i] {
      Session session;
      for (int round = 0; round < rounds; ++round) {
        session.host.answer(200, "{\"n\":" + std::to_string(i) + "}");
        const auto rc = session.run([&](CountedPage& page) {
          page.on_cleanup([&page] { page.del("/x"); });
          E2E_CHECK(page.get("/n").json("/n") == i);
          E2E_CHECK(i == 0);
        });
        if (rc != (i == 0 ? E2E_PASS : E2E_FAIL)) ++wrong;
      }
      if (session.host.failures.size() != (i == 0 ? 0u : static_cast<unsigned>(rounds))) ++wrong;
      if (session.host.requests.size() != 2u * rounds) ++wrong;
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(wrong == 0);
}
