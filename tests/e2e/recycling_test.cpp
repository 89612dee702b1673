// Workers that are replaced after a failure: recycle_on_failure, in each cell of docs/design/001-scopes.md.
#include <e2e_catch.hpp>

#include "scope_trace.hpp"

using namespace e2e_test;

namespace {

const Cell all_cells[] = {{"process", "service"}, {"process", "test"}, {"service", "service"},
                          {"service", "test"},    {"none", "service"}, {"none", "test"}};

std::vector<std::string> recycling(std::vector<std::string> choice) {
  choice.insert(choice.end(), {"--set", "parallel.recycle_on_failure=true"});
  return choice;
}

bool is_scope_per_attempt(const Cell& cell) { return cell.isolation == "process" && cell.mode == "test"; }

/// How many workers ran tests: processes, or threads of the host.
size_t workers(const ScopesRun& run, const Cell& cell) {
  return cell.isolation == "none" ? run.tids("test").size() : run.pids("test").size();
}

}  // namespace

TEST_CASE("AFailedAttemptIsItsWorkersLastAndItsScopeIsClosed") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", recycling({"-m", "07_failure"}));
    INFO(run.host.err);
    CHECK(run.host.exit_code == 1);
    CHECK(run.host.statuses("scopes::07_failure::passes_before") == "passed");
    CHECK(run.host.statuses("scopes::07_failure::fails") == "failed");
    CHECK(run.host.statuses("scopes::07_failure::passes_after") == "passed");
    CHECK(run.host.statuses("scopes::07_failure::fails_last") == "failed");
    CHECK(run.host.statuses("scopes::07_failure::needs_a_failure").empty());
    CHECK(run.host.outcome("scopes::07_failure::needs_a_failure") == "skipped");
    CHECK(run.host.all("fixture_failed").empty());
    CHECK(run.host.all("trouble").empty());
    CHECK(run.count("once_per_run") == 1);
    if (is_scope_per_attempt(cell)) {
      CHECK(workers(run, cell) == 4);
      continue;
    }
    CHECK(run.sequence() ==
          "once_per_run before_all passes_before fails after_all "
          "before_all passes_after fails_last after_all");
    CHECK(workers(run, cell) == 2);
    // As after a crash: what passed is known to the replacement, and nothing of what failed.
    const std::string seen = cell.mode == "service" ? "use=2 mark=yes" : "use=1 mark=no";
    CHECK(run.seen_by("passes_after") == seen + " lost=no opened=yes");
  }
}

TEST_CASE("ARetryRunsInAFreshWorker") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", recycling({"-m", "02_retry"}));
    CHECK(run.host.exit_code == 0);
    CHECK(run.host.statuses("scopes::02_retry::is_retried") == "failed passed");
    CHECK(run.host.outcome("scopes::02_retry::is_retried") == "flaky");
    if (is_scope_per_attempt(cell)) continue;
    CHECK(run.sequence() ==
          "once_per_run before_all before_the_retry attempt_1 after_all "
          "before_all attempt_2 after_the_retry after_all");
    CHECK(workers(run, cell) == 2);
  }
}

TEST_CASE("WithoutItAFailureLeavesTheWorkerWhereItIs") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    if (is_scope_per_attempt(cell)) continue;
    INFO(cell.isolation << " " << cell.mode);
    for (const auto& choice :
         {std::vector<std::string>{"-m", "07_failure"},
          recycling({"-m", "07_failure", "--set", "services.scopes.recycle_on_failure=false"})}) {
      const ScopesRun run = project.run(cell, "1", choice);
      CHECK(run.host.exit_code == 1);
      CHECK(run.count("before_all") == 1);
      CHECK(workers(run, cell) == 1);
    }
  }
}

TEST_CASE("AServiceCanAskForItByItself") {
  const ScopesProject project;
  const ScopesRun run = project.run({"service", "service"}, "1",
                                    {"-m", "07_failure", "--set", "services.scopes.recycle_on_failure=true"});
  CHECK(run.count("before_all") == 2);
  CHECK(run.pids("test").size() == 2);
}

TEST_CASE("AWorkerWhoseLastTestFailedTakesNoOtherService") {
  const Project project(
      "parallel: {isolation_level: service, recycle_on_failure: true}\n"
      "services:\n"
      "  equality: {base_url: \"http://127.0.0.1:9\"}\n"
      "  family: {base_url: \"http://127.0.0.1:9\"}\n"
      "  scopes: {base_url: \"http://127.0.0.1:9\"}\n");
  const auto workers_for = [&](const char* chosen, const char* mode) {
    std::vector<std::string> arguments = {"run", "-j", "1", "--parallel-mode", mode, chosen, "passes_after"};
    for (const char* plugin : {"equality.so", "family.so", "scopes.so"}) {
      arguments.push_back("--plugins");
      arguments.push_back(test_plugin(plugin));
    }
    const HostRun run = run_host(project, arguments);
    CHECK(run.outcome("scopes::07_failure::passes_after") == "passed");
    return run.all("worker_started").size();
  };
  for (const char* mode : {"service", "test"}) {
    INFO(mode);
    CHECK(workers_for("overwrites", mode) == 1);
    CHECK(workers_for("fails_softly_twice", mode) == 2);
  }
}

TEST_CASE("AScopeThatDoesNotOpenEndsItsTestsInOneWorker") {
  const ScopesProject project;
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const Cell cell{isolation, "service"};
    const ScopesRun run =
        project.run(cell, "1", recycling({"-m", "01_scopes"}), {{"SCOPES_BEFORE_ALL", "fail"}});
    CHECK(run.host.exit_code == 1);
    for (const char* test : {"first", "second", "fourth", "fifth"})
      CHECK(run.host.statuses(std::string("scopes::01_scopes::") + test) == "error");
    CHECK(run.count("before_all") == 1);
    CHECK(run.host.all("worker_started").size() == 1);
  }
}

TEST_CASE("ARetryAfterThatOpensItInAFreshWorker") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun run = project.run(cell, "1", recycling({"-m", "01_scopes", "--retries", "1"}),
                                      {{"SCOPES_BEFORE_ALL", "fail in the first scope"}});
    CHECK(run.host.exit_code == 0);
    CHECK(run.host.statuses("scopes::01_scopes::first") == "error passed");
    if (is_scope_per_attempt(cell)) continue;
    CHECK(run.sequence() ==
          "once_per_run before_all after_all before_all first second third fourth fifth after_all");
    CHECK(run.host.all("worker_started").size() == 2);
  }
}

TEST_CASE("FailFastCountsWhatFailedInTheWorkersBefore") {
  const ScopesProject project;
  for (const Cell& cell : all_cells) {
    INFO(cell.isolation << " " << cell.mode);
    const ScopesRun one = project.run(cell, "1", recycling({"-m", "07_failure", "--fail-fast=1"}));
    CHECK(one.count("test") == 2);
    CHECK(one.host.outcome("scopes::07_failure::passes_after") == "not_run");
    const ScopesRun two =
        project.run(cell, "1", recycling({"-m", "07_failure", "-m", "08_well", "--fail-fast=2"}));
    CHECK(two.count("test") == 4);
    CHECK(two.host.outcome("scopes::08_well::comes_after_the_failures") == "not_run");
  }
}
