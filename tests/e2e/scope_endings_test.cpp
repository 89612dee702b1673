// How scopes end, and what that costs whom: the rest of the cells of docs/design/001-scopes.md.
#include <signal.h>

#include <e2e_catch.hpp>

#include "loopback_listener.hpp"
#include "scope_trace.hpp"

using namespace e2e_test;

namespace {

const std::vector<std::string> five_tests = {"-m", "01_scopes"};

const Cell cells_with_processes[] = {
    {"process", "service"}, {"process", "test"}, {"service", "service"}, {"service", "test"}};
const Cell all_cells[] = {{"process", "service"}, {"process", "test"}, {"service", "service"},
                          {"service", "test"},    {"none", "service"}, {"none", "test"}};

std::map<std::string, std::string> before_all(const char* what) { return {{"SCOPES_BEFORE_ALL", what}}; }
std::map<std::string, std::string> after_all(const char* what) { return {{"SCOPES_AFTER_ALL", what}}; }

/// The four tests that depend on nothing ended so, the fifth was skipped for the first one's sake.
void check_all_ended(const ScopesRun& run, const std::string& outcome, const std::string& status,
                     const std::string& why) {
  CHECK(run.count("test") == 0);
  for (const char* name : {"first", "second", "fourth", "fifth"}) {
    const std::string id = std::string("scopes::01_scopes::") + name;
    CHECK(run.host.outcome(id) == outcome);
    CHECK(run.host.statuses(id) == status);
    const auto attempt = run.host.last_attempt(id);
    CHECK(attempt.value("reason", "") == why);
  }
  CHECK(run.host.outcome("scopes::01_scopes::third") == "skipped");
  CHECK(run.host.statuses("scopes::01_scopes::third").empty());
}

}  // namespace

// A once_per_run that ends badly

TEST_CASE("AFailedOncePerRunIsNotTriedAgainAndEveryScopeHearsOfIt") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, {{"SCOPES_ONCE_PER_RUN", "fail"}});
    CHECK(run.host.exit_code == 1);
    check_all_ended(run, "failed", "error", "");
    CHECK(run.count("once_per_run") == 1);
    CHECK(run.count("before_all") == 0);
    for (const char* name : {"first", "second", "fourth", "fifth"}) {
      const auto attempt = run.host.last_attempt(std::string("scopes::01_scopes::") + name);
      REQUIRE(attempt["failures"].size() == 1);
      CHECK(attempt["failures"][0].value("message", "").find("once_per_run is asked to fail") !=
            std::string::npos);
    }
  }
}

TEST_CASE("AOncePerRunWhoseWorkerDiesIsRunByTheNextThatNeedsIt") {
  const ScopesProject project;
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, {{"SCOPES_ONCE_PER_RUN", "abort"}});
    CHECK(run.host.exit_code == 1);
    check_all_ended(run, "failed", "crashed",
                    "in once_per_run: SIGABRT: abort(), a failed assert() or std::terminate()");
    CHECK(run.count("once_per_run") == (cell.mode == "service" ? 1 : 4));
  }
}

// A before_all that ends badly

TEST_CASE("AFailingBeforeAllIsTriedOnceForAScopeAndMakesItsTestsErrors") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, before_all("fail"));
    CHECK(run.host.exit_code == 1);
    check_all_ended(run, "failed", "error", "");
    const bool is_scope_per_attempt = cell.isolation == "process" && cell.mode == "test";
    CHECK(run.count("before_all") == (is_scope_per_attempt ? 4 : 1));
    CHECK(run.count("after_all") == run.count("before_all"));
    for (const char* name : {"first", "second", "fourth", "fifth"}) {
      const auto attempt = run.host.last_attempt(std::string("scopes::01_scopes::") + name);
      REQUIRE(attempt["failures"].size() == 1);
      CHECK(attempt["failures"][0]["message"] == "before_all is asked to fail");
      CHECK(attempt["failures"][0]["phase"] == "before_all");
    }
  }
}

TEST_CASE("ARetryOfATestWhoseScopeDidNotOpenOpensANewOne") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "service"}, "1", {"-m", "01_scopes", "--retries", "1"},
                                      before_all("fail in the first scope"));
    CHECK(run.host.exit_code == 0);
    CHECK(run.host.statuses("scopes::01_scopes::first") == "error passed");
    CHECK(run.host.outcome("scopes::01_scopes::first") == "flaky");
    for (const char* test : {"second", "third", "fourth", "fifth"})
      CHECK(run.host.statuses(std::string("scopes::01_scopes::") + test) == "passed");
    CHECK(run.sequence() ==
          "once_per_run before_all after_all before_all first second third fourth fifth after_all");
    CHECK(run.seen_by("first").substr(0, 6) == "use=2 ");
    CHECK(run.seen_by("second").substr(0, 6) == "use=3 ");
  }
}

TEST_CASE("ABeforeAllThatSkipsSkipsEachTestOfItsScopeForThatReason") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, before_all("skip"));
    CHECK(run.host.exit_code == 0);
    check_all_ended(run, "skipped", "skipped", "before_all is asked to skip");
  }
}

TEST_CASE("ACrashInBeforeAllIsTheEndOfAllTestsOfTheUnit") {
  const ScopesProject project;
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, before_all("abort"));
    CHECK(run.host.exit_code == 1);
    check_all_ended(run, "failed", "crashed",
                    "in before_all: SIGABRT: abort(), a failed assert() or std::terminate()");
    CHECK(run.count("before_all") == (cell.mode == "service" ? 1 : 4));
    CHECK(run.host.last_attempt("scopes::01_scopes::fifth")["crash"]["phase"] == "before_all");
  }
}

TEST_CASE("ABeforeAllThatHangsIsWaitedForOnceForAUnit") {
  const ScopesProject project;
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "2", five_tests, before_all("hang"));
    CHECK(run.host.exit_code == 1);
    check_all_ended(run, "failed", "timed_out",
                    "before_all took longer than 300 ms; it did not stop when asked to, and was killed");
    CHECK(run.count("before_all") == (cell.mode == "service" ? 1 : 4));
  }
}

TEST_CASE("ABeforeAllThatWaitsForAnAnswerIsWaitedForOnceForAUnit") {
  const LoopbackListener server;  // accepts and never answers
  const ScopesProject project(server.url());
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "2", five_tests, before_all("request"));
    CHECK(run.host.exit_code == 1);
    check_all_ended(run, "failed", "timed_out", "before_all took longer than 300 ms");
    CHECK(run.count("before_all") == (cell.mode == "service" ? 1 : 4));
  }
}

// An after_all that ends badly

TEST_CASE("AFailingAfterAllIsNobodysTestButFailsTheRun") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, after_all("fail"));
    CHECK(run.host.exit_code == 1);
    for (const char* test : {"first", "second", "third", "fourth", "fifth"})
      CHECK(run.host.outcome(std::string("scopes::01_scopes::") + test) == "passed");
    const auto fixtures = run.host.all("fixture_failed");
    REQUIRE(fixtures.size() == run.count("after_all"));
    CHECK(fixtures.size() == (cell.isolation == "process" && cell.mode == "test" ? 5 : 1));
    for (const auto& fixture : fixtures) {
      CHECK(fixture["service"] == "scopes");
      CHECK(fixture["phase"] == "after_all");
      REQUIRE(fixture["failures"].size() == 1);
      CHECK(fixture["failures"][0]["message"] == "after_all is asked to fail");
      if (cell.isolation == "none") continue;
      CHECK(fixture["stdout"]["head"] == "after_all writes this");
      CHECK(run.host.out.find("after_all writes this") != std::string::npos);
    }
  }
}

TEST_CASE("ACrashInAfterAllIsNobodysTestEither") {
  const ScopesProject project;
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests, after_all("abort"));
    CHECK(run.host.exit_code == 1);
    for (const char* test : {"first", "second", "third", "fourth", "fifth"})
      CHECK(run.host.statuses(std::string("scopes::01_scopes::") + test) == "passed");
    const auto fixtures = run.host.all("fixture_failed");
    CHECK(fixtures.size() == (cell.isolation == "process" && cell.mode == "test" ? 5 : 1));
    for (const auto& fixture : fixtures) {
      CHECK(fixture["reason"] == "SIGABRT: abort(), a failed assert() or std::terminate()");
      CHECK(fixture["stdout"]["head"] == "after_all writes this");
      REQUIRE(fixture["stacks"].size() == 1);
      CHECK(fixture["stacks"][0]["frames"].dump().find("01_scopes.cpp") != std::string::npos);
    }
    CHECK(run.host.all("trouble").empty());
  }
}

// Crash and timeout in a test

void check_replacement(const Cell& cell, const std::string& lost, const std::string& status) {
  const ScopesProject project;
  const std::string other = lost == "crashes" ? "hang" : "crash";
  const ScopesRun run = project.run(cell, "1", {"-m", "03_loss", "-x", other});
  CHECK(run.host.exit_code == 1);
  CHECK(run.host.statuses("scopes::03_loss::" + lost) == status);
  for (const char* test : {"leaves_a_mark", "comes_after", "comes_last"})
    CHECK(run.host.outcome(std::string("scopes::03_loss::") + test) == "passed");
  // Its result came from the lost worker, and is known to the replacement.
  CHECK(run.count("once_per_run") == 1);
  const bool is_process_per_test = cell.isolation == "process" && cell.mode == "test";
  CHECK(run.count("before_all") == (is_process_per_test ? 4 : 2));
  // The lost scope is not closed.
  CHECK(run.count("after_all") == run.count("before_all") - 1);
  CHECK(run.pids("test").size() == (is_process_per_test ? 3 : 2));
  const std::string mark = cell.mode == "service" ? "mark=yes" : "mark=no";
  const bool shares_page = cell.mode == "service";
  CHECK(run.seen_by("comes_after") ==
        std::string(shares_page ? "use=2 " : "use=1 ") + mark + " lost=no opened=yes");
  CHECK(run.seen_by("comes_last") ==
        std::string(shares_page ? "use=3 " : "use=1 ") + mark + " lost=no opened=yes");
}

TEST_CASE("AReplacementWorkerOpensTheScopeAgainAndKnowsWhatFinishedTestsLeft") {
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    check_replacement(cell, "crashes", "crashed");
  }
}

TEST_CASE("InServiceAndTestACrashCostsNoOtherWorkersScope") {
  const ScopesProject project;
  const ScopesRun run = project.run({"service", "test"}, "2", {"-m", "09_apart"});
  CHECK(run.host.exit_code == 1);
  CHECK(run.host.statuses("scopes::09_apart::is_lost") == "crashed");
  for (const char* test : {"survives", "one_goes_on", "another_goes_on"})
    CHECK(run.host.statuses(std::string("scopes::09_apart::") + test) == "passed");
  // The two that go on meet: the survivor runs the one, a replacement the other.
  CHECK(run.count("before_all") == 3);
  CHECK(run.count("after_all") == 2);
  CHECK(run.pids("before_all").size() == 3);
  std::map<std::string, std::string> pids;
  for (const auto& line : run.all("test")) pids[line.detail.substr(0, line.detail.find(' '))] = line.pid;
  CHECK((pids["survives"] == pids["one_goes_on"]) != (pids["survives"] == pids["another_goes_on"]));
}

TEST_CASE("ATimeoutCostsTheWorkerToo") {
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    check_replacement(cell, "hangs", "timed_out");
  }
}

TEST_CASE("ATestThatStopsAtItsDeadlineLeavesTimeForAfterAll") {
  const LoopbackListener server;  // accepts and never answers
  const ScopesProject project(server.url());
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", {"asks", "asks_again", "--timeout", "150"});
    CHECK(run.host.exit_code == 1);
    for (const char* test : {"asks", "asks_again"}) {
      const auto attempt = run.host.last_attempt(std::string("scopes::05_requests::") + test);
      CHECK(attempt["status"] == "timed_out");
      CHECK(attempt["reason"] == "no end within 150 ms");
    }
    // A worker is not used again, however well it stopped.
    CHECK(run.count("before_all") == 2);
    CHECK(run.count("after_all") == 2);
    CHECK(run.host.all("fixture_failed").empty());
  }
}

TEST_CASE("InNoneACrashEndsTheRunAndTheJournalNamesTheTest") {
  const ScopesProject project;
  for (const char* mode : {"service", "test"}) {
    INFO(mode);
    const ScopesRun run = project.run({"none", mode}, "1", {"-m", "03_loss", "-x", "hang"});
    CHECK(run.host.exit_code == 128 + SIGABRT);
    REQUIRE_FALSE(run.host.events.empty());
    const auto& last = run.host.events.back();
    CHECK(last["event"] == "run_crashed");
    REQUIRE(last["running"].size() == 1);
    const auto test = last["running"][0]["test_index"].get<size_t>();
    CHECK(run.host.all("run_started").at(0)["tests"][test]["id"] == "scopes::03_loss::crashes");
    CHECK(run.host.outcome("scopes::03_loss::comes_after").empty());
  }
}

TEST_CASE("InNoneTheJournalNamesAllTestsThatRanAtTheCrash") {
  // Of two services, so that there are two units in mode service too.
  const Project project(
      "services:\n"
      "  one: {base_url: \"http://127.0.0.1:9\", plugins: [beside]}\n"
      "  two: {base_url: \"http://127.0.0.1:9\", plugins: [beside]}\n");
  const std::string fifo = project.folder() / "fifo";
  ::mkfifo(fifo.c_str(), 0600);
  for (const char* mode : {"service", "test"}) {
    INFO(mode);
    const HostRun run =
        run_host(project,
                 {"run", "--plugins", test_plugin("beside.so"), "--isolation", "none", "--parallel-mode",
                  mode, "-j", "2", "one::01_beside::runs_on", "two::01_beside::crashes_beside"},
                 {{"SCOPES_FIFO", fifo}});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 128 + SIGABRT);
    REQUIRE_FALSE(run.events.empty());
    const auto& last = run.events.back();
    CHECK(last["event"] == "run_crashed");
    const auto tests = run.all("run_started").at(0)["tests"];
    std::set<std::string> running;
    for (const auto& test : last["running"])
      running.insert(tests.at(test["test_index"].get<size_t>())["id"].get<std::string>());
    CHECK(running == std::set<std::string>{"one::01_beside::runs_on", "two::01_beside::crashes_beside"});
  }
}

TEST_CASE("InNoneADeadlineIsOnlyNoted") {
  const ScopesProject project;
  for (const char* mode : {"service", "test"}) {
    INFO(mode);
    const ScopesRun run = project.run({"none", mode}, "1", {"-m", "06_late"});
    CHECK(run.host.exit_code == 0);
    const auto attempt = run.host.last_attempt("scopes::06_late::takes_too_long");
    CHECK(attempt["status"] == "passed");
    REQUIRE(attempt["notes"].size() == 1);
    CHECK(attempt["notes"][0] == "no end within 50 ms; nothing ends a test under isolation none");
  }
  CHECK(project.run({"process", "service"}, "1", {"-m", "06_late"})
            .host.statuses("scopes::06_late::takes_too_long") == "timed_out");
}
