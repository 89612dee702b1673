// What units share in each mode and isolation level: the cells of docs/design/001-scopes.md, counted.
#include <e2e_catch.hpp>

#include "scope_trace.hpp"

using namespace e2e_test;

namespace {

const std::vector<std::string> five_tests = {"-m", "01_scopes"};
const std::vector<std::string> two_at_a_time = {"-m", "04_together"};

const Cell all_cells[] = {{"process", "service"}, {"process", "test"}, {"service", "service"},
                          {"service", "test"},    {"none", "service"}, {"none", "test"}};

/// Of the five tests, one after the other: scopes that were opened, and processes that ran them.
void check_counts(const Cell& cell, size_t scopes, size_t processes) {
  const ScopesProject project;
  const ScopesRun run = project.run(cell, "1", five_tests);
  CHECK(run.host.exit_code == 0);
  CHECK(run.count("test") == 5);
  CHECK(run.count("before_all") == scopes);
  CHECK(run.count("after_all") == scopes);
  CHECK(run.count("once_per_run") == 1);
  CHECK(run.pids("test").size() == processes);
  CHECK(run.pids("before_all") == run.pids("test"));
  CHECK(run.pids("after_all") == run.pids("test"));
}

}  // namespace

// before_all and after_all

TEST_CASE("InProcessAndServiceThereIsOneScopeAndProcessForAUnit") {
  check_counts({"process", "service"}, 1, 1);
}
TEST_CASE("InProcessAndTestThereIsOneScopeAndProcessForAnAttempt") {
  check_counts({"process", "test"}, 5, 5);
}
TEST_CASE("InServiceAndServiceThereIsOneScopeForAUnit") { check_counts({"service", "service"}, 1, 1); }
TEST_CASE("InServiceAndTestThereIsOneScopeForAWorker") { check_counts({"service", "test"}, 1, 1); }
TEST_CASE("InNoneAndServiceThereIsOneScopeForAUnit") { check_counts({"none", "service"}, 1, 1); }
TEST_CASE("InNoneAndTestThereIsOneScopeForAThread") { check_counts({"none", "test"}, 1, 1); }

TEST_CASE("AScopeIsOpenFromBeforeItsFirstTestUntilAfterItsLast") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const std::string sequence = project.run(cell, "1", {"first", "second"}).sequence();
    if (cell.isolation == "process" && cell.mode == "test")
      CHECK(sequence == "once_per_run before_all first after_all before_all second after_all");
    else
      CHECK(sequence == "once_per_run before_all first second after_all");
  }
}

TEST_CASE("InServiceAndTestEachWorkerOpensAScopeOfItsOwn") {
  const ScopesProject project;
  const ScopesRun run = project.run({"service", "test"}, "2", two_at_a_time);
  CHECK(run.host.exit_code == 0);
  CHECK(run.pids("test").size() == 2);
  CHECK(run.count("before_all") == 2);
  CHECK(run.count("after_all") == 2);
  CHECK(run.pids("before_all") == run.pids("test"));
  CHECK(run.count("once_per_run") == 1);
}

TEST_CASE("OncePerRunRunsOnceThoughTwoWorkersNeedItAtATime") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "test"}, "2", two_at_a_time);
    CHECK(run.host.exit_code == 0);
    CHECK(run.count("before_all") == 2);
    CHECK(run.count("once_per_run") == 1);
  }
}

TEST_CASE("InNoneAllTestsAreInTheHostAndWorkersAreThreads") {
  const ScopesProject project;
  const ScopesRun run = project.run({"none", "test"}, "2", two_at_a_time);
  CHECK(run.host.exit_code == 0);
  CHECK(run.pids("test") == std::set<std::string>{run.host_pid});
  CHECK(run.tids("test").size() == 2);
  for (const auto& started : run.host.all("worker_started")) CHECK(started["pid"] == 0);
  const ScopesRun one_by_one = project.run({"none", "service"}, "1", five_tests);
  CHECK(one_by_one.pids("test") == std::set<std::string>{one_by_one.host_pid});
  CHECK(one_by_one.tids("test").size() == 1);
}

TEST_CASE("AWorkersIndexAndEnvironmentAreThoseThatTheJournalTells") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "test"}, "2", two_at_a_time);
    std::set<std::string> told, found, slots;
    for (const auto& started : run.host.all("attempt_started")) {
      const std::string id = started["test"], slot = started["slot"].dump();
      // Under none the environment is the host's own, which workers have none of their own in.
      const bool is_process = std::string(isolation) != "none";
      told.insert(id.substr(id.rfind(':') + 1) + " index=" + slot + " slot=" + (is_process ? slot : "none") +
                  " worker=" + (is_process ? started["worker"].dump() : "none"));
      slots.insert(slot);
    }
    for (const auto& place : run.all("place")) found.insert(place.detail);
    CHECK(found == told);
    CHECK(slots == std::set<std::string>{"0", "1"});
  }
}

TEST_CASE("InServiceIsolationOneWorkerTakesOneServiceAfterTheOther") {
  const Project project(
      "services:\n"
      "  equality: {base_url: \"http://127.0.0.1:9\"}\n"
      "  family: {base_url: \"http://127.0.0.1:9\"}\n"
      "  scopes: {base_url: \"http://127.0.0.1:9\"}\n");
  const auto workers = [&](const char* isolation, const char* mode) {
    std::vector<std::string> arguments = {"run", "--isolation", isolation, "--parallel-mode",
                                          mode,  "-j",          "1"};
    for (const char* plugin : {"equality.so", "family.so", "scopes.so"}) {
      arguments.push_back("--plugins");
      arguments.push_back(test_plugin(plugin));
    }
    arguments.insert(arguments.end(), {"stands_alone", "first", "second"});
    const HostRun run = run_host(project, arguments);
    CHECK(run.exit_code == 0);
    std::set<int> pids;
    for (const auto& started : run.all("worker_started")) pids.insert(started["pid"].get<int>());
    return pids.size();
  };
  CHECK(workers("process", "service") == 2);
  CHECK(workers("process", "test") == 3);
  CHECK(workers("service", "service") == 1);
  CHECK(workers("service", "test") == 1);
}

TEST_CASE("ServicesThatDependOnEachOtherAreRunInPartsWithAScopeEach") {
  const Project project(
      "services:\n"
      "  equality: {base_url: \"http://127.0.0.1:9\"}\n"
      "  family: {base_url: \"http://127.0.0.1:9\"}\n");
  const auto workers_of = [&](const std::string& chosen, const std::string& service) {
    const HostRun run = run_host(project, {"run", "--plugins", test_plugin("equality.so"), "--plugins",
                                           test_plugin("family.so"), "-j", "2", chosen});
    std::set<int> workers;
    for (const auto& started : run.all("attempt_started"))
      if (started["test"].get<std::string>().rfind(service + "::", 0) == 0)
        workers.insert(started["worker"].get<int>());
    return workers.size();
  };
  // By process, a unit is a worker. The one needs the other; then each needs the other.
  CHECK(workers_of("reads_what_came_back", "equality") == 1);
  CHECK(workers_of("reads_from_family", "equality") == 2);
  CHECK(workers_of("reads_from_family", "family") == 1);
}

// Page

TEST_CASE("InModeServiceTheTestsOfAUnitShareTheScopesPage") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "service"}, "1", {"first", "second", "fourth"});
    CHECK(run.details("before_all") == "use=1");
    CHECK(run.seen_by("first").substr(0, 6) == "use=2 ");
    CHECK(run.seen_by("second").substr(0, 6) == "use=3 ");
    CHECK(run.seen_by("fourth").substr(0, 6) == "use=4 ");
    CHECK(run.details("after_all") == "use=5");
  }
}

TEST_CASE("InModeTestEachTestHasAPageOfItsOwn") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "test"}, "1", five_tests);
    for (const char* test : {"first", "second", "third", "fourth", "fifth"})
      CHECK(run.seen_by(test).substr(0, 6) == "use=1 ");
    // The scope keeps its own, from its first fixture to its last.
    for (const auto& line : run.all("before_all")) CHECK(line.detail == "use=1");
    for (const auto& line : run.all("after_all")) CHECK(line.detail == "use=2");
  }
}

// Metadata

TEST_CASE("MetadataGoToLaterTestsInModeServiceAndToDependentsInModeTest") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", five_tests);
    const auto has_mark = [&](const char* test) {
      return run.seen_by(test).find("mark=yes") != std::string::npos;
    };
    CHECK_FALSE(has_mark("first"));
    CHECK(has_mark("third"));
    for (const char* stranger : {"second", "fourth", "fifth"})
      CHECK(has_mark(stranger) == (cell.mode == "service"));
    // What before_all set is there for each test of the scope.
    for (const char* test : {"first", "second", "third", "fourth", "fifth"})
      CHECK(run.seen_by(test).find("opened=yes") != std::string::npos);
  }
}

// Retry

TEST_CASE("ARetryInModeServiceIsInTheSameScopeWithAFreshPageThatLaterTestsShare") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "service"}, "1", {"-m", "02_retry"});
    CHECK(run.host.exit_code == 0);
    CHECK(run.host.statuses("scopes::02_retry::is_retried") == "failed passed");
    CHECK(run.sequence() ==
          "once_per_run before_all before_the_retry attempt_1 attempt_2 after_the_retry after_all");
    CHECK(run.seen_by("before_the_retry") == "use=2 mark=no lost=no opened=yes");
    CHECK(run.seen_by("attempt_1") == "use=3 mark=no lost=no opened=yes");
    // What the failed attempt set is lost, also for its retry.
    CHECK(run.seen_by("attempt_2") == "use=1 mark=no lost=no opened=yes");
    CHECK(run.seen_by("after_the_retry") == "use=2 mark=no lost=yes opened=yes");
    // The scope's page outlives the retry.
    CHECK(run.details("after_all") == "use=4");
  }
}

TEST_CASE("ARetryInModeTestIsAUnitOfItsOwn") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "test"}, "1", {"-m", "02_retry"});
    CHECK(run.host.exit_code == 0);
    CHECK(run.host.statuses("scopes::02_retry::is_retried") == "failed passed");
    CHECK(run.count("before_all") == (std::string(isolation) == "process" ? 4 : 1));
    CHECK(run.seen_by("attempt_1") == "use=1 mark=no lost=no opened=yes");
    CHECK(run.seen_by("attempt_2") == "use=1 mark=no lost=no opened=yes");
    CHECK(run.seen_by("after_the_retry") == "use=1 mark=no lost=no opened=yes");
  }
}
