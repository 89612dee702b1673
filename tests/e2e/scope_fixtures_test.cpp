// Fixtures around attempts, and once_per_run where two need it: what they see, and how they end.
#include <e2e_catch.hpp>

#include "scope_trace.hpp"

using namespace e2e_test;

namespace {

const Cell cells_with_processes[] = {
    {"process", "service"}, {"process", "test"}, {"service", "service"}, {"service", "test"}};
const Cell all_cells[] = {{"process", "service"}, {"process", "test"}, {"service", "service"},
                          {"service", "test"},    {"none", "service"}, {"none", "test"}};

const std::string first = "scopes::01_scopes::first", second = "scopes::01_scopes::second";

ScopesRun run_with(const Cell& cell, const std::string& before_each, const std::string& after_each) {
  return ScopesProject().run(cell, "1", {"first", "second"},
                             {{"SCOPES_BEFORE_EACH", before_each}, {"SCOPES_AFTER_EACH", after_each}});
}

bool has_scope_per_attempt(const Cell& cell) { return cell.isolation == "process" && cell.mode == "test"; }

/// Both tests' attempts failed so.
void check_failed(const ScopesRun& run, const std::string& phase, const std::string& message) {
  CHECK(run.host.exit_code == 1);
  for (const auto& test : {first, second}) {
    const auto attempt = run.host.last_attempt(test);
    CHECK(attempt["status"] == "failed");
    REQUIRE(attempt["failures"].size() == 1);
    CHECK(attempt["failures"][0]["phase"] == phase);
    CHECK(attempt["failures"][0]["message"] == message);
  }
}

void check_crashed(const ScopesRun& run, const std::string& phase) {
  CHECK(run.host.exit_code == 1);
  for (const auto& test : {first, second}) {
    const auto attempt = run.host.last_attempt(test);
    CHECK(attempt["status"] == "crashed");
    CHECK(attempt["reason"] == "SIGABRT: abort(), a failed assert() or std::terminate()");
    CHECK(attempt["crash"]["phase"] == phase);
  }
}

}  // namespace

// before_each and after_each

TEST_CASE("EachFixtureRunsAroundEachAttempt") {
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = run_with(cell, "trace", "trace");
    CHECK(run.host.exit_code == 0);
    const std::string one = "before_each first after_each", other = "before_each second after_each";
    if (has_scope_per_attempt(cell))
      CHECK(run.sequence() ==
            "once_per_run before_all " + one + " after_all before_all " + other + " after_all");
    else
      CHECK(run.sequence() == "once_per_run before_all " + one + " " + other + " after_all");
    // They have the attempt's page: in mode service that is the scope's.
    const bool is_shared = cell.mode == "service";
    CHECK(run.details("before_each") == (is_shared ? "use=2 | use=5" : "use=1 | use=1"));
    CHECK(run.details("after_each") == (is_shared ? "use=4 | use=7" : "use=3 | use=3"));
  }
}

TEST_CASE("EachFixtureRunsAroundARetryToo") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", {"is_retried"},
                                      {{"SCOPES_BEFORE_EACH", "trace"}, {"SCOPES_AFTER_EACH", "trace"}});
    CHECK(run.host.exit_code == 0);
    const std::string between = has_scope_per_attempt(cell) ? "after_all before_all " : "";
    // The first attempt fails.
    CHECK(run.sequence() == "once_per_run before_all before_each attempt_1 after_each " + between +
                                "before_each attempt_2 after_each after_all");
    CHECK(run.details("before_each") == (cell.mode == "service" ? "use=2 | use=1" : "use=1 | use=1"));
  }
}

TEST_CASE("ATestWhoseBeforeEachFailsDoesNotRunButItsAfterEachDoes") {
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = run_with(cell, "fail", "trace");
    check_failed(run, "before_each", "before_each is asked to fail");
    CHECK(run.count("test") == 0);
    CHECK(run.count("before_each") == 2);
    CHECK(run.count("after_each") == 2);
    CHECK(run.count("after_all") == run.count("before_all"));
  }
}

TEST_CASE("AFailingAfterEachFailsItsTest") {
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = run_with(cell, "trace", "fail");
    check_failed(run, "after_each", "after_each is asked to fail");
    CHECK(run.count("test") == 2);
    CHECK(run.count("after_all") == run.count("before_all"));
  }
}

TEST_CASE("ACrashAroundATestIsItsOwn") {
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun before = run_with(cell, "abort", "trace");
    check_crashed(before, "before_each");
    CHECK(before.count("test") == 0);
    CHECK(before.count("after_each") == 0);
    const ScopesRun after = run_with(cell, "trace", "abort");
    check_crashed(after, "after_each");
    CHECK(after.count("test") == 2);
    CHECK(after.count("before_all") == 2);
  }
}

TEST_CASE("ABeforeEachThatHangsTimesItsTestOut") {
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = ScopesProject().run(cell, "1", {"first"}, {{"SCOPES_BEFORE_EACH", "hang"}});
    CHECK(run.host.exit_code == 1);
    CHECK(run.host.statuses(first) == "timed_out");
    CHECK(run.host.last_attempt(first)["reason"] ==
          "before_each took longer than 300 ms; it did not stop when asked to, and was killed");
    CHECK(run.count("test") == 0);
  }
}

// once_per_run

TEST_CASE("AOncePerRunThatHangsTimesOutWhoRunsIt") {
  const ScopesProject project;
  for (const Cell& cell : cells_with_processes) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", {"first", "second"}, {{"SCOPES_ONCE_PER_RUN", "hang"}});
    CHECK(run.host.exit_code == 1);
    for (const auto& test : {first, second}) {
      CHECK(run.host.statuses(test) == "timed_out");
      CHECK(run.host.last_attempt(test)["reason"] ==
            "once_per_run took longer than 300 ms; it did not stop when asked to, and was killed");
    }
    // In mode service the unit's other test ends with it.
    CHECK(run.count("once_per_run") == (cell.mode == "service" ? 1 : 2));
    CHECK(run.count("before_all") == 0);
  }
}

TEST_CASE("WhoWaitsForAnothersOncePerRunLosesNoTime") {
  // The one that waits does so for as long as a fixture may take, and then runs it.
  const ScopesProject project;
  for (const char* isolation : {"process", "service"}) {
    INFO(isolation);
    const ScopesRun run = project.run({isolation, "test"}, "2", {"second", "fourth"},
                                      {{"SCOPES_ONCE_PER_RUN", "hang at first"}});
    const std::string one = run.host.statuses(second), other = run.host.statuses("scopes::01_scopes::fourth");
    CHECK(((one == "timed_out" && other == "passed") || (one == "passed" && other == "timed_out")));
    CHECK(run.count("once_per_run") == 2);
    CHECK(run.count("test") == 1);
  }
}

TEST_CASE("MetadataOfAOncePerRunAreSeenOnlyInTheScopeThatRanIt") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", {"second", "fourth"}, {{"SCOPES_ONCE_PER_RUN", "mark"}});
    CHECK(run.host.exit_code == 0);
    CHECK(run.seen_by("second").find("mark=yes") != std::string::npos);
    const bool is_same_scope = !has_scope_per_attempt(cell);
    CHECK((run.seen_by("fourth").find("mark=yes") != std::string::npos) == is_same_scope);
  }
}
