// run_tests_parallel: the library gives what the console run gives, from any thread, and says why it can't.
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <e2e-host/run_tests.hpp>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "host_run.hpp"

using namespace e2e_test;
namespace host = e2e::host;
namespace fs = std::filesystem;

namespace {

/// A project for some of the test plugins, each a service of its name that nobody serves.
class PluginProject {
 public:
  explicit PluginProject(const std::vector<std::string>& names, const std::string& more = "")
      : project_(config(names) + more) {}

  [[nodiscard]] const Project& project() const { return project_; }
  [[nodiscard]] std::string folder() const { return project_.folder(); }

 private:
  static std::string config(const std::vector<std::string>& names) {
    std::string services = "services:\n", plugins = "plugins:\n  paths:\n";
    for (const auto& name : names) {
      services += "  " + name + ": {base_url: \"http://127.0.0.1:9\"}\n";
      plugins += "    - " + test_plugin(name + ".so").string() + "\n";
    }
    return services + plugins;
  }

  Project project_;
};

std::string word(host::TestOutcome outcome) {
  switch (outcome) {
    case host::TestOutcome::passed:
      return "passed";
    case host::TestOutcome::failed:
      return "failed";
    case host::TestOutcome::flaky:
      return "flaky";
    case host::TestOutcome::skipped:
      return "skipped";
    case host::TestOutcome::not_run:
      return "not_run";
  }
  return "?";
}

const host::TestResult& test_of(const host::SuiteResults& results, const std::string& id) {
  for (const auto& [service, suite] : results)
    for (const auto& test : suite.tests)
      if (test.id == id) return test;
  throw std::runtime_error("no test " + id);
}

/// What the process writes to its stdout meanwhile.
std::string stdout_of(const PluginProject& project, const std::function<void()>& call) {
  const fs::path file = fs::path(project.folder()) / "captured";
  const int before = ::dup(STDOUT_FILENO);
  const int captured = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  ::dup2(captured, STDOUT_FILENO);
  ::close(captured);
  call();
  ::dup2(before, STDOUT_FILENO);
  ::close(before);
  return project.project().read("captured");
}

host::RunError error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const host::RunError& error) {
    return error;
  }
  throw std::runtime_error("no RunError");
}

/// The newest run's first event, once there is one.
nlohmann::json wait_for_start(const PluginProject& project, const std::string& event) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < deadline) {
    std::error_code none_yet;
    for (const auto& entry : fs::directory_iterator(fs::path(project.folder()) / ".e2e" / "runs", none_yet)) {
      std::ifstream lines(entry.path() / "events.ndjson");
      nlohmann::json first;
      for (std::string line; std::getline(lines, line);) {
        const auto parsed = nlohmann::json::parse(line, nullptr, false);
        if (parsed.is_discarded()) break;
        if (first.is_null()) first = parsed;
        if (parsed.value("event", "") == event) return first;
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error("no " + event + " within 30 s");
}

/// This process's child that runs e2e-host.
pid_t child_of_this_process() {
  for (const auto& task : fs::directory_iterator("/proc/self/task")) {
    std::ifstream children(task.path() / "children");
    if (pid_t pid = 0; children >> pid) return pid;
  }
  throw std::runtime_error("no child");
}

}  // namespace

TEST_CASE("ResultsAreThoseOfTheConsoleRun") {
  const PluginProject project({"equality", "family", "verdicts"});
  const HostRun console = run_host(project.project(), {"run", "--parallel", "2", "--parallel-mode", "test"});
  INFO(console.out << console.err);
  REQUIRE(console.exit_code == 1);
  const auto results =
      host::run_tests_parallel(project.folder(), {.max_workers = 2, .mode = host::ParallelMode::test});
  REQUIRE(results.size() == 3);

  uint32_t passed = 0, failed = 0, flaky = 0, skipped = 0, not_run = 0, total = 0;
  for (const auto& [service, suite] : results) {
    passed += suite.passed;
    failed += suite.failed;
    flaky += suite.flaky;
    skipped += suite.skipped;
    not_run += suite.not_run;
    total += suite.total;
    CHECK(suite.total == suite.tests.size());
  }
  const auto finished = console.all("run_finished").at(0);
  CHECK(passed == finished["passed"]);
  CHECK(failed == finished["failed"]);
  CHECK(flaky == finished["flaky"]);
  CHECK(skipped == finished["skipped"]);
  CHECK(not_run == finished["not_run"]);

  const auto started = console.all("run_started").at(0);
  CHECK(total == started["tests"].size());
  CHECK(passed > 0);
  CHECK(flaky > 0);
  for (const auto& test : started["tests"])
    CHECK(word(test_of(results, test["id"]).outcome) == console.outcome(test["id"]));
}

TEST_CASE("ATestSaysWhatWasWrongWithIt") {
  const PluginProject project({"verdicts"});
  const auto results =
      host::run_tests_parallel(project.folder(), {.max_workers = 2},
                               host::RunOptions{.names = {"fails", "skips", "passes_first", "aborts"}});
  const auto& fails = test_of(results, "verdicts::03_checks::fails");
  CHECK(fails.outcome == host::TestOutcome::failed);
  CHECK(fails.module == "03_checks");
  CHECK(fails.name == "fails");
  CHECK(fails.failure.find("left == \"two\"") != std::string::npos);
  CHECK(fails.failure.find("\"one\"") != std::string::npos);
  CHECK(fs::path(fails.file).filename() == "03_checks.cpp");
  CHECK(fails.line == 7);
  CHECK(fails.attempts == 1);
  CHECK(test_of(results, "verdicts::03_checks::skips").reason == "not today");
  CHECK(test_of(results, "verdicts::01_endings::passes_first").failure.empty());
  // A crash is the result of one test, and no error of the call.
  const auto& aborts = test_of(results, "verdicts::01_endings::aborts");
  CHECK(aborts.outcome == host::TestOutcome::failed);
  CHECK(aborts.reason.find("SIGABRT") != std::string::npos);
  CHECK_FALSE(results.at("verdicts").is_ok());
  CHECK(results.at("verdicts").total == 4);
}

TEST_CASE("AFolderInTheProjectWillDo") {
  const PluginProject project({"family", "equality"});
  fs::create_directory(project.folder() + "/services");
  const auto results = host::run_tests_parallel(project.folder() + "/services", {},
                                                host::RunOptions{.names = {"stands_alone"}});
  REQUIRE(results.size() == 1);
  CHECK(results.at("family").passed == 1);
  CHECK(results.at("family").is_ok());
}

TEST_CASE("VerboseShowsWhatTheProgramPrintsAndElseNothingIsShown") {
  const PluginProject project({"family", "equality"});
  const host::RunOptions one{.names = {"stands_alone"}};
  const std::string shown =
      stdout_of(project, [&] { host::run_tests_parallel(project.folder(), {.enabled = false}, one, true); });
  CHECK(shown.find("Sequential execution") != std::string::npos);
  CHECK(shown.find("PASS family::01_family::stands_alone") != std::string::npos);
  const std::string silent =
      stdout_of(project, [&] { host::run_tests_parallel(project.folder(), {.enabled = false}, one); });
  CHECK(silent.empty());
  const std::string refused = stdout_of(project, [&] {
    CHECK_THROWS_AS(host::run_tests_parallel(project.folder(), {}, host::RunOptions{.tags = {"none"}}, true),
                    host::RunError);
  });
  CHECK(refused.find("error: no test has the tag 'none'") != std::string::npos);
}

TEST_CASE("ParallelConfigWinsOverTheFile") {
  const PluginProject project({"family", "equality"},
                              "parallel: {enabled: true, max_workers: 3, mode: test}\n");
  const host::RunOptions one{.names = {"stands_alone"}};
  const auto head = [&](const host::ParallelConfig& config) {
    return stdout_of(project, [&] { host::run_tests_parallel(project.folder(), config, one, true); });
  };
  CHECK(head({.max_workers = 2}).find("Workers: 2    Mode: test    Isolation: process") != std::string::npos);
  CHECK(head({.max_workers = 2,
              .mode = host::ParallelMode::service,
              .isolation_level = host::IsolationLevel::service})
            .find("Workers: 2    Mode: service    Isolation: service") != std::string::npos);
}

TEST_CASE("TwoRunsAtOnceOfOneProjectDoNotMeet") {
  const PluginProject project({"equality", "family"});
  host::SuiteResults both[2];
  {
    std::vector<std::jthread> threads;
    for (auto& results : both)
      threads.emplace_back([&] {
        results =
            host::run_tests_parallel(project.folder(), {.max_workers = 2, .mode = host::ParallelMode::test});
      });
  }
  REQUIRE(both[0].size() == 2);
  for (const auto& [service, suite] : both[0]) {
    CHECK(suite.not_run == 0);
    for (const auto& test : suite.tests) CHECK(word(test_of(both[1], test.id).outcome) == word(test.outcome));
  }
}

TEST_CASE("AProgramThatIsMissingIsSaid") {
  const PluginProject project({"family"});
  const auto chosen = error_of([&] {
    host::run_tests_parallel(project.folder(), {}, host::RunOptions{.program = "/nowhere/e2e-host"});
  });
  CHECK(chosen.what() ==
        std::string(
            "error: /nowhere/e2e-host, which RunOptions::program names, is no program that can be run"));
  CHECK(chosen.exit_code() == -1);
  ::setenv("E2E_HOST_PROGRAM", "/nowhere/else", 1);
  const auto named = error_of([&] { host::run_tests_parallel(project.folder()); });
  ::unsetenv("E2E_HOST_PROGRAM");
  CHECK(named.what() ==
        std::string("error: /nowhere/else, which $E2E_HOST_PROGRAM names, is no program that can be run"));
  const auto folder = error_of([&] { host::run_tests_parallel("/nowhere"); });
  CHECK(folder.what() == std::string("error: services_path '/nowhere' is no folder"));
}

TEST_CASE("AnotherProgramIsNotTakenForAGreenRun") {
  const PluginProject project({"family"});
  // It ends with 0, and says nothing of a run: nothing ran.
  project.project().write("other",
                          "#!/bin/sh\necho '{\"event\":\"run_started\",\"schema\":1,\"tests\":[]}' >&3\n");
  fs::permissions(project.folder() + "/other", fs::perms::owner_all);
  const auto broken = error_of([&] {
    host::run_tests_parallel(project.folder(), {}, host::RunOptions{.program = project.folder() + "/other"});
  });
  CHECK(broken.what() == std::string("error: e2e-host ended with code 0 before its run was over"));
  project.project().write("other",
                          "#!/bin/sh\necho '{\"event\":\"run_started\",\"schema\":9,\"tests\":[]}' >&3\n");
  const auto newer = error_of([&] {
    host::run_tests_parallel(project.folder(), {}, host::RunOptions{.program = project.folder() + "/other"});
  });
  CHECK(newer.what() ==
        std::string("error: the program e2e-host writes events of schema 9, this library reads schema 1\n"
                    "hint: install program and library of one version"));
}

TEST_CASE("WhatStopsTheProgramIsToldInItsWords") {
  const PluginProject broken({"family"}, "paralel: 1\n");
  const auto config = error_of([&] { host::run_tests_parallel(broken.folder()); });
  CHECK(config.exit_code() == 2);
  CHECK(std::string(config.what()).find("error: unknown key 'paralel'") != std::string::npos);
  CHECK(std::string(config.what()).find("hint: did you mean 'parallel'?") != std::string::npos);
  CHECK(config.results().empty());

  const PluginProject sound({"fatal"});
  host::RunOptions none{.tags = {"ends_worker"}, .excluded_tags = {"ends_worker"}};
  const auto nothing = error_of([&] { host::run_tests_parallel(sound.folder(), {}, none); });
  CHECK(nothing.exit_code() == 3);
  CHECK(std::string(nothing.what()).find("error: nothing to run: no test was selected") == 0);
  none.allow_empty = true;
  CHECK(host::run_tests_parallel(sound.folder(), {}, none).empty());
}

TEST_CASE("AnInterruptedRunIsAnErrorThatKeepsItsResults") {
  const PluginProject project({"tree"});
  std::jthread interrupter([&] {
    wait_for_start(project, "attempt_finished");
    ::kill(child_of_this_process(), SIGINT);
  });
  const auto error = error_of([&] {
    host::run_tests_parallel(project.folder(), {},
                             host::RunOptions{.names = {"runs_before", "waits_in_pause"}});
  });
  CHECK(error.exit_code() == 130);
  CHECK(error.what() == std::string("error: the run was stopped by SIGINT"));
  CHECK(error.results().at("tree").passed == 1);
  CHECK(error.results().at("tree").not_run == 1);
}

TEST_CASE("ACallerThatDiesTakesTheRunWithIt") {
  const PluginProject project({"tree"});
  const pid_t caller = ::fork();
  if (caller == 0) {
    host::run_tests_parallel(project.folder(), {}, host::RunOptions{.names = {"waits_in_pause"}});
    ::_exit(0);
  }
  const std::string run_id = wait_for_start(project, "attempt_started").at("run_id");
  CHECK_FALSE(processes_of_run(run_id).empty());
  ::kill(caller, SIGKILL);
  ::waitpid(caller, nullptr, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!processes_of_run(run_id).empty() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  CHECK(processes_of_run(run_id).empty());
  CHECK(wait_for_start(project, "run_finished").at("run_id") == run_id);
}
