// Whatever a plugin does, the other tests' results are right, and nothing of the run is left.
#include "bad_plugins.hpp"

#include <e2e_catch.hpp>
#include <filesystem>
#include <set>

#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

const char* const config =
    "services:\n  bad: {base_url: \"http://127.0.0.1:9\"}\n"
    "limits: {grace_period: 200, test_timeout: 30000, setup_timeout: 10000, teardown_timeout: 2000, memory: "
    "256, "
    "open_files: 100, processes: 64,"
    " output: 1}\n";

HostRun run_bad(const Project& project, const std::string& name, const std::vector<std::string>& more = {}) {
  const fs::path file = project.folder() / (name + ".so");
  fs::copy_file(test_plugin("bad.so"), file, fs::copy_options::overwrite_existing);
  std::vector<std::string> arguments = {"run", "--plugins", file.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  // The others have all the time they want to be loaded: this machine may be busy.
  if (name == "constructor_hangs" || name == "scope_open_hangs" || name == "starts_phases_for_ever" ||
      name == "hangs_in_before_each")
    arguments.insert(arguments.end(), {"--set", "limits.setup_timeout=500"});
  if (name == "starts_phases_for_ever" || name == "hangs_in_after_each" || name == "hangs_in_cleanup")
    arguments.insert(arguments.end(), {"--set", "limits.teardown_timeout=200"});
  return run_host(project, arguments);
}

/// Only a test that is to run out of time has little of it.
std::vector<std::string> time_for(const BadTest& bad, std::vector<std::string> words = {}) {
  if (std::string(bad.status) == "timed_out")
    words.insert(words.end(), {"--set", "limits.test_timeout=1000"});
  return words;
}

/// The attempt's reason and its notes.
std::string told(const nlohmann::json& attempt) {
  std::string text = attempt.value("reason", "");
  for (const auto& note : attempt.value("notes", nlohmann::json::array()))
    text += "\n" + note.get<std::string>();
  return text;
}

void check_nothing_is_left(const HostRun& run) {
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

/// Where no control group can be had the run says so, and the processes are found when the test has ended.
std::string expected_reason(const HostRun& run, const BadTest& bad) {
  const bool is_unlimited = run.err.find("warning: limits.processes is not enforced: ") != std::string::npos;
  return is_unlimited && std::string(bad.name) == "forks_without_end" ? "behind; killed" : bad.reason;
}

/// Control groups of that run, of which none may be left.
std::vector<std::string> cgroups_of(const std::string& run_id) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator entry("/sys/fs/cgroup", error), end; !error && entry != end;
       entry.increment(error))
    if (entry->path().filename() == "e2e-" + run_id) found.push_back(entry->path().string());
  return found;
}

void check_test(const HostRun& run, const BadTest& bad) {
  const auto attempt = run.last_attempt("bad::m::bad");
  REQUIRE_FALSE(attempt.is_null());
  CHECK(attempt.value("status", "") == bad.status);
  CHECK(told(attempt).find(expected_reason(run, bad)) != std::string::npos);
  CHECK(run.outcome("bad::m::before") == "passed");
  CHECK(run.outcome("bad::m::after") == "passed");
  CHECK(run.exit_code == (std::string(bad.status) == "passed" ? 0 : 1));
  CHECK(run.all("test_finished").size() == 3);
  check_nothing_is_left(run);
}

void check_opening(const HostRun& run, const BadTest& bad) {
  for (const char* test : {"before", "bad", "after"}) {
    const auto attempt = run.last_attempt(std::string("bad::m::") + test);
    if (std::string(bad.name) == "constructor_closes_all" && attempt.value("status", "") == "passed")
      continue;
    CHECK(attempt.value("status", "") == bad.status);
    CHECK(told(attempt).find(bad.reason) != std::string::npos);
  }
  CHECK((run.exit_code == 1 || run.exit_code == 4));
  check_nothing_is_left(run);
}

}  // namespace

TEST_CASE("TheTableHasWhatItPromises") {
  std::set<std::string> names;
  size_t count = refused_plugins.size(), everywhere = 0;
  for (const RefusedPlugin& bad : refused_plugins) names.insert(bad.name);
  for (const auto* table : {&bad_tests, &bad_openings, &bad_closings}) {
    count += table->size();
    for (const BadTest& bad : *table) {
      names.insert(bad.name);
      everywhere += bad.is_for_all_cells ? 1 : 0;
    }
  }
  CHECK(names.size() == count);
  CHECK(count >= 40);
  CHECK(everywhere >= 12);
}

TEST_CASE("PluginsThatCannotBeUsedAreRefusedInASentence") {
  const Project project(config);
  for (const RefusedPlugin& bad : refused_plugins) {
    const HostRun run = run_bad(project, bad.name);
    INFO(bad.name << "\n" << run.err << run.out);
    CHECK(run.exit_code == bad.exit_code);
    CHECK(run.err.find(bad.sentence) != std::string::npos);
    CHECK(run.err.find('\033') == std::string::npos);
    if (std::string(bad.name) == "constructor_crashes" || std::string(bad.name) == "constructor_hangs")
      CHECK(run.err.find("\n  at ") != std::string::npos);
    CHECK(run.events.empty());
  }
}

TEST_CASE("ABadTestCostsNoOtherItsResult") {
  const Project project(config);
  for (const BadTest& bad : bad_tests) {
    const HostRun run = run_bad(project, bad.name, time_for(bad));
    INFO(bad.name << "\n" << run.err << run.out.substr(0, 2000));
    check_test(run, bad);
  }
}

TEST_CASE("CellsPromiseTheSameAtAnyNumberOfWorkers") {
  const Project project(config);
  for (const char* isolation : {"process", "service"})
    for (const char* mode : {"service", "test"})
      for (const char* workers : {"1", "8"})
        for (const BadTest& bad : bad_tests) {
          if (!bad.is_for_all_cells) continue;
          const HostRun run =
              run_bad(project, bad.name,
                      time_for(bad, {"--isolation", isolation, "--parallel-mode", mode, "-j", workers}));
          INFO(isolation << " " << mode << " " << workers << " " << bad.name << "\n"
                         << run.out.substr(0, 2000));
          check_test(run, bad);
        }
}

TEST_CASE("WithoutIsolationWhatDoesNotEndTheProcessIsToldAsWell") {
  const Project project(config);
  for (const char* mode : {"service", "test"})
    for (const char* workers : {"1", "8"}) {
      const std::vector<std::string> cell = {"--isolation", "none", "--parallel-mode", mode, "-j", workers};
      for (const BadTest& bad : bad_tests) {
        if (!bad.is_for_none) continue;
        const HostRun run = run_bad(project, bad.name, cell);
        INFO(mode << " " << workers << " " << bad.name << "\n" << run.err << run.out.substr(0, 2000));
        check_test(run, bad);
      }
      for (const BadTest& bad : bad_openings) {
        if (!bad.is_for_none) continue;
        const HostRun run = run_bad(project, bad.name, cell);
        INFO(mode << " " << workers << " " << bad.name << "\n" << run.err << run.out.substr(0, 2000));
        check_opening(run, bad);
      }
      for (const BadTest& bad : bad_closings) {
        if (!bad.is_for_none) continue;
        const HostRun run = run_bad(project, bad.name, cell);
        INFO(mode << " " << workers << " " << bad.name << "\n" << run.err << run.out.substr(0, 2000));
        for (const char* test : {"before", "bad", "after"})
          CHECK(run.outcome(std::string("bad::m::") + test) == "passed");
        CHECK_FALSE(run.all("fixture_failed").empty());
        CHECK(run.exit_code == 1);
      }
    }
}

TEST_CASE("AFailureThatIsReportedOutsideOfAllTestsMakesNoGreenRun") {
  const Project project(config);
  for (const char* isolation : {"process", "service", "none"}) {
    const HostRun run = run_bad(project, "init_reports_a_failure", {"--isolation", isolation, "-j", "1"});
    INFO(isolation << "\n" << run.err << run.out);
    for (const char* test : {"before", "bad", "after"})
      CHECK(run.outcome(std::string("bad::m::") + test) == "passed");
    CHECK(run.exit_code == 4);
    REQUIRE_FALSE(run.all("trouble").empty());
    CHECK(run.all("trouble")[0]["text"].get<std::string>().find(
              "reported a failure while none of its tests ran (from init(), or from a thread that a test "
              "left): the plugin reported a failure by a null or too small struct") != std::string::npos);
  }
}

TEST_CASE("AThreadThatBreaksItsChannelEndsTheRunInsteadOfHangingIt") {
  const Project project(config);
  for (const char* workers : {"1", "8"}) {
    const HostRun run = run_bad(project, "deinit_asks_for_a_fixture",
                                {"--isolation", "none", "--parallel-mode", "test", "-j", workers});
    INFO(workers << "\n" << run.err << run.out);
    CHECK(run.exit_code == 4);
    REQUIRE(run.all("trouble").size() == 1);
    CHECK(run.all("trouble")[0]["text"].get<std::string>().find(
              "broke the control channel: a fixture outside a unit; under isolation none no worker can be "
              "ended alone: the run ends here") != std::string::npos);
    CHECK(run.all("test_finished").size() == 3);
    CHECK(run.all("run_finished").size() == 1);
    check_nothing_is_left(run);
  }
}

TEST_CASE("AScopeThatDoesNotOpenEndsAllItsTestsTheSameWay") {
  const Project project(config);
  for (const BadTest& bad : bad_openings) {
    const HostRun run = run_bad(project, bad.name);
    INFO(bad.name << "\n" << run.err << run.out.substr(0, 2000));
    // A list that depends on the process may come to what was described, by chance.
    if (std::string(bad.name) == "list_changes" && run.exit_code == 0) continue;
    check_opening(run, bad);
  }
}

TEST_CASE("AScopeThatDoesNotCloseIsNoTestsFault") {
  const Project project(config);
  for (const BadTest& bad : bad_closings) {
    const HostRun run = run_bad(project, bad.name);
    INFO(bad.name << "\n" << run.err << run.out.substr(0, 2000));
    for (const char* test : {"before", "bad", "after"})
      CHECK(run.outcome(std::string("bad::m::") + test) == "passed");
    const auto fixtures = run.all("fixture_failed");
    REQUIRE(fixtures.size() == 1);
    CHECK(fixtures[0]["phase"] == "after_all");
    CHECK(fixtures[0].value("reason", "").find(bad.reason) != std::string::npos);
    CHECK(run.exit_code == 1);
    check_nothing_is_left(run);
  }
}

TEST_CASE("FiftyCrashesInAThousandTestsCostTheOthersNothing") {
  const Project project("services:\n  bad: {base_url: \"http://127.0.0.1:9\"}\n");
  const HostRun run = run_bad(project, "thousand", {"-j", "2", "--parallel-mode", "service"});
  const auto finished = run.all("run_finished").at(0);
  CHECK(finished["passed"] == 950);
  CHECK(finished["failed"] == 50);
  size_t stacks = 0;
  for (const auto& attempt : run.all("attempt_finished")) {
    if (attempt["status"] != "crashed") continue;
    stacks += attempt["stacks"][0]["frames"][0]["function"] == "crash" ? 1 : 0;
  }
  CHECK(stacks == 50);
  CHECK(run.exit_code == 1);
  check_nothing_is_left(run);
}

TEST_CASE("ControlGroupsGoWithTheRun") {
  const Project project(config);
  const HostRun run = run_bad(project, "forks_without_end", {"-j", "2", "--parallel-mode", "test"});
  INFO(run.err << run.out.substr(0, 2000));
  CHECK(run.outcome("bad::m::bad") == "failed");
  const std::string run_id = run.all("run_started").at(0)["run_id"];
  CHECK(processes_of_run(run_id).empty());
  CHECK(cgroups_of(run_id).empty());
}

TEST_CASE("CPUTimeIsLimited") {
  const Project project(
      "services:\n  bad: {base_url: \"http://127.0.0.1:9\"}\nlimits: {cpu_time: 1, test_timeout: 60000}\n");
  const HostRun run = run_bad(project, "spins");
  const auto attempt = run.last_attempt("bad::m::bad");
  CHECK(attempt["status"] == "crashed");
  CHECK(attempt["reason"] == "used up the CPU time that limits.cpu_time gives an attempt");
  CHECK(attempt["stacks"][0]["frames"][0]["function"] == "spins");
  CHECK(run.outcome("bad::m::after") == "passed");
}

TEST_CASE("APluginThatCrashesTooOftenInARowIsGivenUp") {
  const Project project(
      "services:\n  crashes: {base_url: \"http://127.0.0.1:9\"}\n  bad: {base_url: \"http://127.0.0.1:9\"}\n"
      "limits: {crashes_in_a_row: 3}\n");
  const fs::path good = project.folder() / "good.so";
  fs::copy_file(test_plugin("bad.so"), good);
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("crashes.so"), "--plugins",
                                         good.string(), "--parallel-mode", "test"});
  INFO(run.out);
  CHECK(run.exit_code == 4);
  size_t crashed = 0, not_run = 0;
  for (const auto& test : run.all("test_finished")) {
    if (test["test"].get<std::string>().rfind("crashes::", 0) != 0) {
      CHECK(test["outcome"] == "passed");
      continue;
    }
    crashed += test["outcome"] == "failed" ? 1 : 0;
    if (test["outcome"] != "not_run") continue;
    ++not_run;
    CHECK(test["reason"].get<std::string>().find("crashed 3 times in a row (limits.crashes_in_a_row)") !=
          std::string::npos);
  }
  CHECK(crashed == 3);
  CHECK(not_run > 3);
  CHECK(run.all("trouble").size() == 1);
}
