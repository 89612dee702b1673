// The same suite gives the same results in every mode and isolation level, at any worker count.
#include <e2e_catch.hpp>
#include <string>
#include <vector>

#include "host_run.hpp"

using namespace e2e_test;

namespace {

const std::vector<std::string> services = {"absent", "broken", "equality", "family", "fatal"};

std::string config() {
  std::string text = "limits: {grace_period: 200}\nservices:\n";
  for (const auto& service : services) text += "  " + service + ": {base_url: \"http://127.0.0.1:9\"}\n";
  return text;
}

HostRun run_suite(const Project& project, const std::string& isolation, const std::string& mode,
                  const std::string& workers, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"run", "--isolation", isolation, "--parallel-mode",
                                        mode,  "-j",          workers};
  for (const auto& service : services) {
    arguments.push_back("--plugins");
    arguments.push_back(test_plugin(service + ".so"));
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments);
}

/// All that a person is told of an attempt, without times and places.
std::string told(const nlohmann::json& attempt, bool with_output) {
  nlohmann::json facts = attempt;
  for (const char* member : {"seq", "t", "worker", "slot", "start_ns", "duration_ns", "waited_ns"})
    facts.erase(member);
  // Where a thread is when its time is up is chance.
  if (facts["status"] == "timed_out") facts.erase("stacks");
  if (facts.contains("stacks"))
    for (auto& stack : facts["stacks"]) stack.erase("tid");
  for (const char* output : {"stdout", "stderr"}) {
    if (!with_output) facts.erase(output);
    if (facts.contains(output)) facts[output].erase("file");
  }
  return facts.dump();
}

/// The outcomes, then every attempt of every test, both in canonical order.
std::string results(const HostRun& run, bool with_output) {
  std::string text = run.outcomes();
  const auto started = run.all("run_started").at(0);
  for (const auto& test : started["tests"])
    for (const auto& attempt : run.all("attempt_finished"))
      if (attempt["test"] == test["id"]) text += told(attempt, with_output) + "\n";
  for (const auto& trouble : run.all("trouble")) text += trouble["text"].get<std::string>() + "\n";
  return text;
}

const char* const expected_outcomes =
    R"(absent::01_absent::is_skipped skipped [skipped] the service is not installed
absent::01_absent::is_skipped_too skipped [skipped] the service is not installed
absent::01_absent::depends_on_one_of_them skipped [] depends on absent::01_absent::is_skipped, which was skipped
broken::01_broken::never_runs failed [error] 
broken::01_broken::is_tried_again failed [error error] 
broken::01_broken::depends_on_one_of_them skipped [] depends on broken::01_broken::never_runs, which failed
broken::01_broken::is_the_last failed [error] 
equality::01_early::overwrites passed [passed] 
equality::01_early::knows_its_fixtures passed [passed] 
equality::02_hand_on::sets passed [passed] 
equality::02_hand_on::reads passed [passed] 
equality::02_hand_on::reads_from_afar failed [failed] 
equality::02_hand_on::reads_what_was_set_last failed [failed] 
equality::02_hand_on::paints_it_red passed [passed] 
equality::02_hand_on::paints_it_green passed [passed] 
equality::02_hand_on::sees_the_paint failed [failed] 
equality::02_hand_on::reads_from_family failed [failed] 
equality::02_hand_on::sets_at_each_attempt flaky [failed passed] 
equality::02_hand_on::reads_of_the_last_attempt failed [failed] 
equality::03_endings::prints passed [passed] 
equality::03_endings::fails failed [failed] 
equality::03_endings::fails_softly_twice failed [failed] 
equality::03_endings::fails_at_each_attempt failed [failed failed] 
equality::03_endings::throws failed [error] 
equality::03_endings::skips skipped [skipped] not today
equality::03_endings::depends_on_a_failure skipped [] depends on equality::03_endings::fails, which failed
equality::03_endings::depends_on_that_in_turn skipped [] depends on equality::03_endings::depends_on_a_failure, which was skipped
equality::03_endings::depends_on_a_skip skipped [] depends on equality::03_endings::skips, which was skipped
equality::03_endings::aborts failed [crashed] 
equality::03_endings::depends_on_a_crash skipped [] depends on equality::03_endings::aborts, which failed
equality::03_endings::exits_at_its_first_attempt flaky [crashed passed] 
equality::03_endings::reads_what_a_crash_left failed [failed] 
equality::03_endings::hangs failed [timed_out] 
equality::03_endings::depends_on_a_timeout skipped [] depends on equality::03_endings::hangs, which failed
equality::04_after_all_that::still_knows_its_fixtures passed [passed] 
equality::04_after_all_that::still_reads passed [passed] 
family::01_family::moves_in passed [passed] 
family::01_family::reads_what_came_back failed [failed] 
family::01_family::waits_for_a_failure skipped [] depends on equality::02_hand_on::reads_from_family, which failed
family::01_family::stands_alone passed [passed] 
fatal::01_fatal::meets_it_first failed [crashed] 
fatal::01_fatal::is_tried_again failed [crashed crashed] 
fatal::01_fatal::depends_on_one_of_them skipped [] depends on fatal::01_fatal::meets_it_first, which failed
)";

/// What a test's last attempt found instead of what it wanted.
std::string actuals(const HostRun& run, const std::string& test) {
  std::string text;
  const nlohmann::json attempt = run.last_attempt(test);
  for (const auto& failure : attempt["failures"])
    text += (text.empty() ? "" : " ") + failure.value("actual", "?");
  return text;
}

}  // namespace

TEST_CASE("EachTestEndsAsItIsWritten") {
  const Project project(config());
  const HostRun run = run_suite(project, "process", "service", "0");
  CHECK(run.exit_code == 1);
  CHECK(run.outcomes() == expected_outcomes);
  CHECK(run.all("trouble").empty());
  CHECK(run.all("fixture_failed").empty());
  // What the tests were left by others.
  CHECK(actuals(run, "equality::02_hand_on::reads_from_afar") == "17");
  CHECK(actuals(run, "equality::02_hand_on::reads_what_was_set_last") == "2");
  CHECK(actuals(run, "equality::02_hand_on::sees_the_paint") == "\"red\"");
  CHECK(actuals(run, "equality::02_hand_on::reads_from_family") == "\"small\" 17");
  CHECK(actuals(run, "equality::02_hand_on::reads_of_the_last_attempt") == "2");
  CHECK(actuals(run, "equality::03_endings::reads_what_a_crash_left") == "2");
  CHECK(actuals(run, "family::01_family::reads_what_came_back") == "2 \"small\"");
  // What they printed.
  CHECK(run.last_attempt("equality::03_endings::prints")["stdout"]["head"] == "to stdout\n");
  CHECK(run.last_attempt("equality::03_endings::prints")["stderr"]["head"] == "to stderr");
  CHECK(run.last_attempt("equality::03_endings::aborts")["stdout"]["head"] == "about to abort\n");
  CHECK(run.last_attempt("equality::03_endings::hangs")["stdout"]["head"] == "about to hang\n");
  CHECK(run.last_attempt("equality::03_endings::fails_at_each_attempt")["stdout"]["head"] == "attempt 2\n");
}

TEST_CASE("ResultsAreTheSameInAllCellsThatHaveProcesses") {
  const Project project(config());
  const std::string first = results(run_suite(project, "process", "service", "0"), true);
  for (const char* isolation : {"process", "service"})
    for (const char* mode : {"service", "test"})
      for (const char* workers : {"0", "1", "2", "8", "auto"}) {
        INFO(isolation << " " << mode << " -j " << workers);
        const HostRun run = run_suite(project, isolation, mode, workers);
        INFO(run.out << run.err);
        CHECK(run.exit_code == 1);
        CHECK(results(run, true) == first);
      }
}

TEST_CASE("FreshWorkersAfterFailuresChangeNoResult") {
  const Project project(config());
  const std::string first = results(run_suite(project, "process", "service", "0"), true);
  for (const char* isolation : {"process", "service"})
    for (const char* mode : {"service", "test"})
      for (const char* workers : {"1", "8"}) {
        INFO(isolation << " " << mode << " -j " << workers);
        const HostRun run =
            run_suite(project, isolation, mode, workers, {"--set", "parallel.recycle_on_failure=true"});
        CHECK(run.exit_code == 1);
        CHECK(results(run, true) == first);
      }
}

TEST_CASE("WithoutIsolationTheyAreTooAsFarAsNothingEndsTheProcess") {
  const Project project(config());
  const std::vector<std::string> survivors = {"-x", "ends_worker"};
  const HostRun by_process = run_suite(project, "process", "test", "2", survivors);
  const std::string first = results(by_process, false);
  // All but those of 03_endings and of fatal with the tag.
  CHECK(by_process.all("run_started").at(0)["tests"].size() == 34);
  for (const char* mode : {"service", "test"})
    for (const char* workers : {"0", "1", "2", "8", "auto"}) {
      INFO("none " << mode << " -j " << workers);
      const HostRun run = run_suite(project, "none", mode, workers, survivors);
      CHECK(run.exit_code == 1);
      CHECK(results(run, false) == first);
    }
}

TEST_CASE("WithoutIsolationOutputGoesWhereTheHostsGoes") {
  const Project project(config());
  for (const char* mode : {"service", "test"}) {
    INFO(mode);
    const HostRun run = run_suite(project, "none", mode, "1", {"--no-deps", "equality::03_endings::prints"});
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("to stdout\n") != std::string::npos);
    CHECK(run.out.find("to stderr") == std::string::npos);
    CHECK(run.err.find("to stderr") != std::string::npos);
    const auto attempt = run.last_attempt("equality::03_endings::prints");
    CHECK(attempt["status"] == "passed");
    CHECK_FALSE(attempt.contains("stdout"));
    CHECK_FALSE(attempt.contains("stderr"));
  }
}

TEST_CASE("ServicesMayDifferInModeAndIsolationWithinARun") {
  Project project(config());
  const std::string first = results(run_suite(project, "service", "test", "4"), true);
  std::string mixed = config();
  mixed.replace(mixed.find("equality: {"), 11, "equality: {isolation_level: process, mode: service, ");
  mixed.replace(mixed.find("family: {"), 9, "family: {mode: test, parallel: false, ");
  mixed.replace(mixed.find("broken: {"), 9, "broken: {exclusive: true, ");
  project.write("e2e.conf", mixed);
  CHECK(results(run_suite(project, "service", "test", "4"), true) == first);
}
