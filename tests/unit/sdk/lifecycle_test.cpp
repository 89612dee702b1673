#include <stdexcept>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::hooks;
using e2e_fake::Session;
using Lines = std::vector<std::string>;

namespace {

/// The phases of the log without the fixtures' names.
std::string phases(const Session& session) {
  std::string text;
  for (const std::string& line : session.host.logged("phase ")) {
    const std::string phase = line.substr(6);
    text += phase.substr(0, phase.find(' ')) + " ";
  }
  return text;
}

}  // namespace

TEST_CASE("FixturesRunInOrderAndAfterOnesInReverse", "[sdk]") {
  Session session;
  std::string order;
  const auto append = [&](const char* what) { return [&order, what](CountedPage&) { order += what; }; };
  hooks().once_per_run = [&](CountedPage&) -> e2e::JsonValue {
    order += "once ";
    return 1;
  };
  hooks().before_all = append("all ");
  hooks().before_each = append("each1 ");
  hooks().second_before_each = append("each2 ");
  hooks().after_each = append("after1 ");
  hooks().second_after_each = append("after2 ");
  hooks().after_all = append("end ");
  REQUIRE(session.open() == E2E_PASS);
  CHECK(phases(session) == "once_per_run before_all ");
  CHECK(session.run(append("body ")) == E2E_PASS);
  CHECK(session.close() == E2E_PASS);
  CHECK(order == "once all each1 each2 body after2 after1 end ");
  CHECK(phases(session) ==
        "once_per_run before_all before_each before_each body after_each after_each after_all ");
}

TEST_CASE("FailedBeforeEachKeepsTheBodyFromRunningButNotAfterEachAndCleanups", "[sdk]") {
  Session session;
  std::string order;
  hooks().before_each = [&](CountedPage& page) {
    page.on_cleanup([&] { order += "cleanup "; });
    E2E_CHECK(1 == 2);
  };
  hooks().second_before_each = [&](CountedPage&) { order += "second "; };
  hooks().after_each = [&](CountedPage&) { order += "after "; };
  CHECK(session.run([&](CountedPage&) { order += "body "; }) == E2E_FAIL);
  CHECK(order == "after cleanup ");
}

TEST_CASE("SkipInBeforeEachSkipsTheTest", "[sdk]") {
  Session session;
  bool ran = false;
  hooks().before_each = [&](CountedPage&) { e2e::skip("not today"); };
  CHECK(session.run([&](CountedPage&) { ran = true; }) == E2E_SKIP);
  CHECK_FALSE(ran);
  CHECK(session.host.logged("skip ") == Lines{"skip not today"});
}

TEST_CASE("VerdictIsTheWorstOfWhatWasReported", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage&) { e2e::skip("reason"); }) == E2E_SKIP);
  CHECK(session.run([](CountedPage&) {
    E2E_CHECK(1 == 2);
    e2e::skip("reason");
  }) == E2E_FAIL);
  hooks().after_each = [](CountedPage&) { throw std::runtime_error("x"); };
  CHECK(session.run([](CountedPage&) { E2E_CHECK(1 == 2); }) == E2E_ERROR);
  hooks().after_each = [](CountedPage&) { E2E_CHECK(1 == 2); };
  CHECK(session.run([](CountedPage&) { e2e::skip("reason"); }) == E2E_FAIL);
}

TEST_CASE("CleanupsRunLastInFirstOutAfterAFailure", "[sdk]") {
  Session session;
  std::string order;
  const auto rc = session.run([&](CountedPage& page) {
    page.on_cleanup([&] { order += "first "; });
    page.on_cleanup([&, &p = page] {
      order += "second ";
      p.on_cleanup([&] { order += "nested "; });
    });
    e2e::fail("stop");
  });
  CHECK(rc == E2E_FAIL);
  CHECK(order == "second nested first ");
  CHECK(phases(session) == "before_each before_each body after_each after_each cleanup ");
}

TEST_CASE("ThrowingCleanupIsAnErrorAndTheOthersStillRun", "[sdk]") {
  Session session;
  std::string order;
  unsigned line = 0;
  const auto rc = session.run([&](CountedPage& page) {
    page.on_cleanup([&] { order += "first "; });
    line = __LINE__ + 1;
    page.on_cleanup([] { throw std::runtime_error("cleanup broke"); });
    page.on_cleanup([&] { order += "third "; });
  });
  CHECK(rc == E2E_ERROR);
  CHECK(order == "third first ");
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "unexpected std::runtime_error: cleanup broke");
  CHECK(session.host.failures[0].flags == E2E_FAILURE_ERROR);
  CHECK(session.host.failures[0].line == line);
}

TEST_CASE("UnexpectedExceptionsAreNamedByTypeAndNeverCross", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage&) { throw std::out_of_range("index 7"); }) == E2E_ERROR);
  CHECK(session.run([](CountedPage&) { throw 42; }) == E2E_ERROR);
  CHECK(session.run([](CountedPage& page) {
    page.get("/a");
    throw std::runtime_error("later");
  }) == E2E_ERROR);
  REQUIRE(session.host.failures.size() == 3);
  CHECK(session.host.failures[0].message == "unexpected std::out_of_range: index 7");
  CHECK(session.host.failures[0].file.substr(session.host.failures[0].file.rfind('/') + 1) ==
        "session_module.cpp");
  CHECK(session.host.failures[1].message == "unexpected exception of type int");
  CHECK(session.host.failures[2].message.find("unexpected std::runtime_error: later (after ") == 0);
  CHECK(session.host.failures[2].message.find("lifecycle_test.cpp:") != std::string::npos);
}

TEST_CASE("CancellationRunsCleanupsAndIsReturned", "[sdk]") {
  Session session;
  bool went_on = false;
  const auto rc = session.run([&](CountedPage& page) {
    page.on_cleanup([&page] { page.del("/users/1"); });
    session.host.is_cancelling = true;
    try {
      page.get("/slow");
    } catch (const std::exception&) {
      went_on = true;
    }
    went_on = true;
  });
  CHECK(rc == E2E_CANCELLED);
  CHECK_FALSE(went_on);
  CHECK(session.host.logged("request ") == Lines{"request DELETE /users/1"});
  CHECK(session.host.failures.empty());
}

TEST_CASE("SwallowedCancellationIsStillReturned", "[sdk]") {
  Session session;
  const auto rc = session.run([&](CountedPage& page) {
    session.host.is_cancelling = true;
    try {
      page.check_health();
    } catch (...) {
    }
  });
  CHECK(rc == E2E_CANCELLED);
}

TEST_CASE("FailedBeforeAllFailsTheScopeAndTearsItDown", "[sdk]") {
  Session session;
  std::string order;
  hooks().before_all = [&](CountedPage& page) {
    page.on_cleanup([&] { order += "cleanup "; });
    throw std::runtime_error("no database");
  };
  hooks().after_all = [&](CountedPage&) { order += "after_all "; };
  CountedPage::made = 0;
  CountedPage::destroyed = 0;
  CHECK(session.open() == E2E_ERROR);
  CHECK(session.scope == nullptr);
  CHECK(order == "after_all cleanup ");
  CHECK(CountedPage::made == 1);
  CHECK(CountedPage::destroyed == 1);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "unexpected std::runtime_error: no database");
}

TEST_CASE("SkipInBeforeAllSkipsTheScope", "[sdk]") {
  Session session;
  hooks().before_all = [](CountedPage&) { e2e::skip("no licence"); };
  CHECK(session.open() == E2E_SKIP);
  CHECK(session.host.logged("skip ") == Lines{"skip no licence"});
}

TEST_CASE("ScopesCleanupsRunAfterAfterAll", "[sdk]") {
  Session session;
  std::string order;
  hooks().before_all = [&](CountedPage& page) { page.on_cleanup([&] { order += "cleanup "; }); };
  hooks().after_all = [&](CountedPage&) { order += "after_all "; };
  REQUIRE(session.open() == E2E_PASS);
  CHECK(session.run([&](CountedPage&) { order += "body "; }) == E2E_PASS);
  CHECK(session.close() == E2E_PASS);
  CHECK(order == "body after_all cleanup ");
}

TEST_CASE("FailedAfterAllIsReturnedByScopeClose", "[sdk]") {
  Session session;
  hooks().after_all = [](CountedPage&) { E2E_REQUIRE(false); };
  REQUIRE(session.open() == E2E_PASS);
  CHECK(session.close() == E2E_FAIL);
}

TEST_CASE("OncePerRunRunsOnceAndItsResultIsEverywhere", "[sdk]") {
  Session session;
  int runs = 0;
  hooks().once_per_run = [&](CountedPage&) {
    ++runs;
    return e2e::object({{"token", "t0k"}});
  };
  hooks().before_all = [](CountedPage& page) {
    CHECK(page.once_per_run("login")["token"].as_string() == "t0k");
  };
  const auto body = [](CountedPage& page) {
    CHECK(page.once_per_run("login")["token"].as_string() == "t0k");
  };
  CHECK(session.run(body) == E2E_PASS);
  CHECK(session.close() == E2E_PASS);
  CHECK(session.run(body) == E2E_PASS);
  CHECK(runs == 1);
  CHECK(session.host.once_results ==
        std::map<std::string, std::string>{{"users::sdk-test::login", R"({"token":"t0k"})"}});
}

TEST_CASE("FailedOncePerRunFailsThisScopeAndTheOthers", "[sdk]") {
  Session session;
  bool reached = false;
  hooks().once_per_run = [](CountedPage&) -> e2e::JsonValue { e2e::fail("login refused"); };
  hooks().before_all = [&](CountedPage&) { reached = true; };
  CHECK(session.open() == E2E_FAIL);
  CHECK_FALSE(reached);
  REQUIRE(session.host.once_failures.count("users::sdk-test::login") == 1);
  CHECK(session.host.once_failures["users::sdk-test::login"].find("login refused (") == 0);
  session.host.failures.clear();
  CHECK(session.open() == E2E_ERROR);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message.find("once_per_run \"login\" has failed: login refused (") == 0);
}

TEST_CASE("CleanupAndSkipAreRefusedInOncePerRun", "[sdk]") {
  Session session;
  hooks().once_per_run = [](CountedPage& page) -> e2e::JsonValue {
    page.on_cleanup([] {});
    return nullptr;
  };
  CHECK(session.open() == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(
      session.host.failures[0].message ==
      "on_cleanup() in E2E_ONCE_PER_RUN: its result is for all scopes of the run; clean up in E2E_AFTER_ALL");
  session.host.once_failures.clear();
  hooks().once_per_run = [](CountedPage&) -> e2e::JsonValue { e2e::skip("x"); };
  CHECK(session.open() == E2E_FAIL);
  CHECK(session.host.failures[1].message ==
        "e2e::skip() in E2E_ONCE_PER_RUN: skip in E2E_BEFORE_ALL instead");
}

TEST_CASE("UnknownOncePerRunSaysSo", "[sdk]") {
  Session session;
  CHECK(session.run([](CountedPage& page) { page.once_per_run("logout"); }) == E2E_FAIL);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message ==
        "there is no once_per_run \"logout\"; E2E_ONCE_PER_RUN fixtures run by file name, then declaration");
}

TEST_CASE("PageObjectLivesAsLongAsTheHostHandsTheSamePage", "[sdk]") {
  Session session;
  CountedPage::made = 0;
  CountedPage::destroyed = 0;
  hooks().before_all = [](CountedPage& page) { page.value = 5; };
  CHECK(session.run([](CountedPage& page) { CHECK(page.value++ == 5); }) == E2E_PASS);
  CHECK(session.run([](CountedPage& page) { CHECK(page.value == 6); }) == E2E_PASS);
  CHECK(CountedPage::made == 1);

  e2e_page second, third;  // mode `test`, or a retry: a fresh page
  second.serial = 2;
  third.serial = 3;
  session.attempt_page = &second;
  CHECK(session.run([](CountedPage& page) { CHECK(page.value++ == 0); }) == E2E_PASS);
  CHECK(session.run([](CountedPage& page) { CHECK(page.value == 1); }) == E2E_PASS);
  CHECK(CountedPage::made == 2);
  session.attempt_page = &third;
  CHECK(session.run([](CountedPage& page) { CHECK(page.value == 0); }) == E2E_PASS);
  CHECK(CountedPage::made == 3);
  CHECK(CountedPage::destroyed == 1);

  hooks().after_all = [](CountedPage& page) { CHECK(page.value == 6); };
  CHECK(session.close() == E2E_PASS);
  CHECK(CountedPage::destroyed == 3);
}

TEST_CASE("UnknownTestIsAnError", "[sdk]") {
  Session session;
  CHECK(session.run_test("session_module::nope") == E2E_ERROR);
  REQUIRE(session.host.failures.size() == 1);
  CHECK(session.host.failures[0].message == "the plugin has no test session_module::nope");
}

TEST_CASE("InitRefusesAHostThatLacksAnExtension", "[sdk]") {
  Session session;
  e2e_fake::FakeHost host;
  host.missing_extensions.insert(E2E_EXT_STATE);
  void* ctx = nullptr;
  CHECK(session.plugin->init(host.handle(), &ctx) == E2E_ERROR);
  CHECK(ctx == nullptr);
  CHECK(host.host_log ==
        Lines{"this plugin needs e2e.state/1, which the host (e2e-host 0.1.0) does not offer: update it"});

  e2e_fake::FakeHost newer;
  newer.handle_.abi_major = 2;
  CHECK(session.plugin->init(newer.handle(), &ctx) == E2E_ERROR);
  CHECK(newer.host_log ==
        Lines{"the host speaks ABI 2, this plugin ABI 1: rebuild the plugin, or use a host of that ABI"});
}
