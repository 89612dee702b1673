// Runs around runs: --repeat, --until-fail, --build, --watch, --debug-test.
#include <signal.h>

#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "e2e_regex.hpp"
#include "host_run.hpp"
#include "marked_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const std::string services =
    "services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n  talkative: {base_url: "
    "\"http://127.0.0.1:9\"}\n";

HostRun run_verdicts(const Project& project, const Words& more,
                     const std::map<std::string, std::string>& environment = {}) {
  Words words = {"run", "--plugins", test_plugin("verdicts.so")};
  words.insert(words.end(), more.begin(), more.end());
  return run_host(project, words, environment);
}

size_t runs_of(const Project& project) {
  std::error_code error;
  const fs::directory_iterator runs(project.folder() / ".e2e" / "runs", error);
  return error ? 0 : static_cast<size_t>(std::distance(runs, fs::directory_iterator()));
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

/// Another file of the same plugin.
void put_plugin(const Project& project, const std::string& name, const std::string& tail) {
  const fs::path folder = project.folder() / "plugins";
  fs::create_directories(folder);
  fs::copy_file(test_plugin(name), folder / "new", fs::copy_options::overwrite_existing);
  std::ofstream(folder / "new", std::ios::app | std::ios::binary) << tail;
  fs::rename(folder / "new", folder / name);
}

void write_script(const Project& project, const std::string& name, const std::string& text) {
  project.write(name, "#!/bin/sh\n" + text);
  fs::permissions(project.folder() / name, fs::perms::owner_all);
}

/// What the first program started in the project prints, as it grows.
std::string printed(const Project& project) {
  std::string text;
  for (int number = 1; number < 60; ++number) text += project.read("out-" + std::to_string(number));
  return text;
}

}  // namespace

TEST_CASE("EachRepetitionIsARunOfItsOwn") {
  const Project project(services);
  const HostRun run = run_verdicts(project, {"--repeat", "3", "passes_first"});
  CHECK(run.exit_code == 0);
  CHECK(runs_of(project) == 3);
  for (const char* line : {"Repetition 1 of 3\n", "\nRepetition 2 of 3\n", "\nRepetition 3 of 3\n",
                           "\n✓ All of 3 repetitions passed\n"})
    CHECK(holds(run.out, line));
}

TEST_CASE("FailedRepetitionsAreNamedWithTheirRuns") {
  const Project project(services);
  const HostRun run = run_verdicts(project, {"--repeat=2", "-q", "fails"});
  CHECK(run.exit_code == 1);
  CHECK(runs_of(project) == 2);
  CHECK(has_like(run.out,
                 "✗ 2 of 2 repetitions failed\n"
                 "   repetition 1   \\.e2e/runs/[-0-9a-z]+\n"
                 "   repetition 2   \\.e2e/runs/[-0-9a-z]+\n$"));
}

TEST_CASE("UntilFailEndsWithTheFirstThatFails") {
  const Project project(services);
  const HostRun failed = run_verdicts(project, {"--until-fail", "fails"});
  CHECK(failed.exit_code == 1);
  CHECK(runs_of(project) == 1);
  CHECK(holds(failed.out, "Repetition 1\n"));
  const HostRun bounded = run_verdicts(project, {"--until-fail", "--repeat", "2", "passes_first"});
  CHECK(bounded.exit_code == 0);
  CHECK(runs_of(project) == 3);
}

TEST_CASE("RepetitionsOfWhatFailedLastMeanTheRunBeforeThem") {
  const Project project(services);
  run_verdicts(project, {"fails", "passes_first"});
  const HostRun run = run_verdicts(project, {"--last-failed", "--repeat", "2"});
  CHECK(count(run.err, "note: --last-failed: 1 test of the run ") == 2);
}

TEST_CASE("RunThatCannotBeginIsNotRepeated") {
  const Project project(services);
  const HostRun run = run_verdicts(project, {"--repeat", "3", "no_such_test"});
  CHECK(run.exit_code == 2);
  CHECK(count(run.err, "error: ") == 1);
}

TEST_CASE("InterruptionEndsRepetitionsToo") {
  const Project project(services);
  RunningHost host(project, {"run", "--plugins", test_plugin("verdicts.so"), "--until-fail", "passes_first"});
  host.wait_for_event("run_started");
  host.signal(SIGINT);
  CHECK(host.wait().exit_code == 130);
}

TEST_CASE("BuildComesFirstAndIsSilentWhereItSucceeds") {
  const Project project(services + "build: {command: \"echo much talk; touch built\"}\n");
  const HostRun run = run_verdicts(project, {"--build", "passes_first"});
  CHECK(run.exit_code == 0);
  CHECK(holds(run.out, "Building: echo much talk; touch built\nBuilt in "));
  CHECK_FALSE(holds(run.out, "much talk\n"));
  CHECK(fs::exists(project.folder() / "built"));
  CHECK(holds(run_verdicts(project, {"--build", "-v", "passes_first"}).out, "\nmuch talk\n"));
}

TEST_CASE("FailedBuildIsShownAndRunsNothing") {
  const Project project(services + "build: {command: \"echo what is wrong >&2; exit 7\"}\n");
  const HostRun run = run_verdicts(project, {"--build", "passes_first"});
  CHECK(run.exit_code == 4);
  CHECK(run.err ==
        "what is wrong\nerror: the build failed: `echo what is wrong >&2; exit 7` ended with code 7; nothing "
        "was "
        "run\n");
  CHECK(run.run_folder.empty());
}

TEST_CASE("BuildThatNobodyNamesIsRefused") {
  const Project project(services);
  const HostRun run = run_verdicts(project, {"--build"});
  CHECK(run.exit_code == 2);
  CHECK(holds(run.err, "error: --build: nothing says how to build "));
  CHECK(
      holds(run.err, "\nhint: configure it with `cmake -B build`, or name the command in e2e.conf: build: "));
}

TEST_CASE("WatchRunsWhatAChangedPluginIsAbout") {
  const Project project(services + "plugins: {paths: [plugins]}\n");
  put_plugin(project, "verdicts.so", "");
  put_plugin(project, "talkative.so", "");
  RunningHost host(project, {"run", "--watch", "passes_first", "says_nothing"});
  CHECK(comes_true([&] { return holds(printed(project), "Watching 2 plugins; Ctrl-C ends.\n"); }));
  CHECK(holds(printed(project), "2 tests, 2 services"));
  put_plugin(project, "talkative.so", "x");
  CHECK(comes_true([&] { return count(printed(project), "Watching ") == 2; }));
  CHECK(holds(printed(project), "1 test, 1 service"));
  CHECK(runs_of(project) == 2);
  // The same bytes once more are no change.
  put_plugin(project, "talkative.so", "x");
  CHECK(comes_true([&] { return count(printed(project), "Watching ") == 3; }));
  CHECK(holds(printed(project), "No plugin has changed.\n"));
  CHECK(runs_of(project) == 2);
  host.signal(SIGINT);
  CHECK(host.wait().exit_code == 130);
}

TEST_CASE("WatchWithBuildFollowsTheSources") {
  const Project project(
      services +
      "plugins: {paths: [plugins]}\nbuild: {command: \"cp parts/verdicts.so plugins/verdicts.so && "
      "cat code/a.cpp >> plugins/verdicts.so\"}\n");
  fs::create_directories(project.folder() / "plugins");
  fs::create_directories(project.folder() / "parts");
  fs::create_directories(project.folder() / "code");
  fs::copy_file(test_plugin("verdicts.so"), project.folder() / "parts" / "verdicts.so");
  project.write("code/a.cpp", "1");
  RunningHost host(project, {"run", "--watch", "--build", "passes_first"});
  CHECK(comes_true(
      [&] { return count(printed(project), "Watching 1 plugin and the sources in 4 folders") == 1; }));
  CHECK(runs_of(project) == 1);
  project.write("code/a.cpp", "2");
  CHECK(comes_true([&] { return count(printed(project), "Watching ") == 2; }));
  CHECK(runs_of(project) == 2);
  // A folder that comes later is watched, too; what it has changes no plugin here.
  fs::create_directories(project.folder() / "code" / "new");
  CHECK(comes_true([&] { return count(printed(project), "Watching ") >= 3; }));
  project.write("code/new/b.hpp", "x");
  CHECK(comes_true([&] { return holds(printed(project), "No plugin has changed.\n"); }));
  CHECK(runs_of(project) == 2);
  host.signal(SIGTERM);
  CHECK(host.wait().exit_code == 143);
}

TEST_CASE("KilledWatchLeavesNoRun") {
  const Project project(services);
  RunningHost host(project, {"run", "--plugins", test_plugin("talkative.so"), "--watch", "waits_to_be_heard"},
                   {{"E2E_TEST_GATE", "/nowhere"}});
  host.wait_for_event("attempt_started");
  const std::string id = host.run_id();
  host.signal(SIGKILL);
  CHECK(host.wait().exit_code == 128 + SIGKILL);
  CHECK(comes_true([&] { return processes_of_run(id).empty(); }));
}

TEST_CASE("DebuggerGetsExactlyTheTestWithoutDeadlines") {
  const Project project(services);
  write_script(project, "debugger", "printf '%s\\n' \"$@\" > words; shift; exec \"$@\"\n");
  const std::string debugger = (project.folder() / "debugger").string() + " --args";
  const HostRun run = run_verdicts(project, {"-v", "--debug-test", "verdicts::01_endings::passes_first"},
                                   {{"E2E_DEBUGGER", debugger}});
  CHECK(run.exit_code == 0);
  const auto started = run.all("run_started").at(0);
  CHECK(started["isolation"] == "none");
  CHECK(started["workers"] == 1);
  REQUIRE(started["tests"].size() == 1);
  CHECK(started["tests"][0]["id"] == "verdicts::01_endings::passes_first");
  CHECK_FALSE(started["tests"][0].contains("timeout_ms"));
  CHECK(has_like(project.read("words"), "^--args\n/.*e2e-host\nrun\n"));
}

TEST_CASE("DebuggerIsForOneTestAndHasToBeThere") {
  const Project project(services);
  const HostRun several =
      run_verdicts(project, {"--debug-test", "01_endings"}, {{"E2E_DEBUGGER", "/bin/true"}});
  CHECK(several.exit_code == 2);
  CHECK(holds(several.err,
              "error: --debug-test: '01_endings' is 15 tests, and one can be debugged at a time\nhint: "
              "name one of them: verdicts::01_endings::passes_first, "));
  const HostRun unknown =
      run_verdicts(project, {"--debug-test", "pases_first"}, {{"E2E_DEBUGGER", "/bin/true"}});
  CHECK(unknown.exit_code == 2);
  CHECK(holds(unknown.err, "did you mean 'passes_first'?"));
  const HostRun missing =
      run_verdicts(project, {"--debug-test", "passes_first"}, {{"E2E_DEBUGGER", "no-such-debugger"}});
  CHECK(missing.exit_code == 4);
  CHECK(missing.err ==
        "error: --debug-test: the debugger 'no-such-debugger' cannot be started: No such file or "
        "directory\nhint: "
        "install gdb (`apt-get install gdb`), or name another one: E2E_DEBUGGER=\"lldb --\"\n");
}
