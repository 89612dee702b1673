// What the program does with each command line: every option, and everything that can be wrong with one.
#include <signal.h>

#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "e2e_regex.hpp"
#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const std::string services =
    "services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n  equality: {base_url: "
    "\"http://127.0.0.1:9\"}\n"
    "  family: {base_url: \"http://127.0.0.1:9\"}\n";

/// `e2e-host run` with the plugin `verdicts`, and more words.
HostRun run_verdicts(const Project& project, const Words& more,
                     const std::map<std::string, std::string>& environment = {}) {
  Words words = {"run", "--plugins", test_plugin("verdicts.so")};
  words.insert(words.end(), more.begin(), more.end());
  return run_host(project, words, environment);
}

/// The names of the tests that a run was about.
std::string chosen(const HostRun& run) {
  std::string names;
  for (const auto& started : run.all("run_started"))
    for (const auto& test : started["tests"])
      names += (names.empty() ? "" : " ") + test["name"].get<std::string>();
  return names;
}

/// The text with the project's folder as P.
std::string normalised(const Project& project, std::string text) {
  const std::string folder = project.folder().string();
  for (size_t at = 0; (at = text.find(folder)) != std::string::npos;) text.replace(at, folder.size(), "P");
  return text;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The long options that a help text shows.
std::set<std::string> options_in(const std::string& help) {
  std::set<std::string> options;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);)
    if (const auto found = found_like(line, "^  (?:-[a-zA-Z],)?--([a-z-]+)"); !found.empty())
      options.insert(found[1]);
  return options;
}

size_t widest_line(const std::string& text) {
  size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

void check_refused(const HostRun& run, int exit_code, const std::string& text) {
  CHECK(run.exit_code == exit_code);
  CHECK(run.err == text + "\n");
  CHECK(run.out.empty());
  CHECK(run.run_folder.empty());
}

}  // namespace

// An option that comes here needs a test below, or in list_inspect_test.cpp, run_choice_test.cpp,
// repetition_test.cpp or live_output_test.cpp.
TEST_CASE("HelpShowsEveryOption") {
  const Project project("");
  const std::set<std::string> sources = {"filter",      "help",        "service", "module",
                                         "tag",         "exclude-tag", "no-deps", "config",
                                         "environment", "set",         "plugins", "frozen"};
  std::set<std::string> run = sources, list = sources;
  run.insert({"output",      "report-dir",   "parallel",    "parallel-mode", "isolation", "timeout",
              "run-timeout", "retries",      "fail-fast",   "allow-empty",   "verbose",   "quiet",
              "debug",       "color",        "last-failed", "shard",         "list",      "dry-run",
              "shuffle",     "repeat",       "until-fail",  "build",         "watch",     "debug-test",
              "live",        "fail-on-flaky"});
  list.insert("json");
  for (const auto& [command, options] : std::map<std::string, std::set<std::string>>{
           {"run", run},
           {"list", list},
           {"inspect", {"help", "json"}},
           {"version", {"help", "json"}},
           {"report", {"help", "config", "verbose", "quiet", "debug", "color", "output", "report-dir"}},
           {"init", {"help", "service", "url", "ci"}},
           {"new service", {"help", "url", "config"}},
           {"new test", {"help", "config"}},
           {"sample-service", {"help", "port"}},
           {"pack build",
            {"help", "id", "version", "publisher", "key", "output", "data", "license", "variable", "no-tests",
             "json"}},
           {"pack keygen", {"help", "json"}},
           {"pack sign", {"help", "key", "output", "json"}},
           {"pack inspect", {"help", "json"}},
           {"pack verify", {"help", "json"}},
           {"pack install", {"help", "allow-unsigned", "allow-older", "frozen", "config", "json"}},
           {"pack upgrade", {"help", "allow-unsigned", "frozen", "config", "json"}},
           {"pack list", {"help", "json"}},
           {"pack show", {"help", "json"}},
           {"pack lock", {"help", "config", "json"}},
           {"pack remove", {"help", "json"}},
           {"trust add", {"help", "json"}},
           {"trust list", {"help", "json"}},
           {"trust remove", {"help", "json"}},
           {"completion", {"help"}},
           {"doctor", {"help", "config", "environment", "set", "plugins", "network", "json"}},
           {"config check", {"help", "config", "environment", "set", "plugins"}},
           {"config show", {"help", "config", "environment", "set", "plugins", "json"}}}) {
    std::istringstream names(command);
    Words words{std::istream_iterator<std::string>(names), {}};
    words.emplace_back("--help");
    const HostRun help = run_host(project, words);
    INFO(command);
    CHECK(help.exit_code == 0);
    CHECK(help.err.empty());
    CHECK(options_in(help.out) == options);
    CHECK(widest_line(help.out) <= 100);
    CHECK(holds(help.out, "Usage: e2e-host " + command));
    words.back() = "-h";
    CHECK(run_host(project, words).out == help.out);
  }
  const HostRun help = run_host(project, {"--help"});
  CHECK(help.exit_code == 0);
  for (const char* command : {"run", "list", "inspect", "config", "version"})
    CHECK(holds(help.out, "\n  " + std::string(command) + " "));
}

TEST_CASE("VersionIsSaid") {
  const Project project("");
  const HostRun run = run_host(project, {"version"});
  CHECK(run.exit_code == 0);
  CHECK(is_like(run.out, "e2e-host [0-9]+\\.[0-9]+\\.[0-9]+\n"));
  CHECK(run_host(project, {"--version"}).out == run.out);
  const auto facts = nlohmann::json::parse(run_host(project, {"version", "--json"}).out);
  CHECK(run.out == "e2e-host " + facts["version"].get<std::string>() + "\n");
  CHECK(facts["abi"] == "1.0");
  CHECK(facts["sdk"].is_string());
  CHECK(holds(facts["extensions"].dump(), "\"e2e.page/1\""));
  CHECK(holds(facts["libcurl"]["features"].dump(), "\"tls\""));
  CHECK_FALSE(facts["libcurl"]["version"].get<std::string>().empty());
}

TEST_CASE("CommandLineThatCannotBeIsRefusedWithAHint") {
  const Project project(services);
  const std::string hint = "\nhint: `e2e-host run --help` shows what there is";
  check_refused(run_host(project, {}), 2,
                "error: no command was given\nhint: `e2e-host --help` shows what there is");
  check_refused(
      run_host(project, {"rum"}), 2,
      "error: there is no command 'rum'; did you mean 'run'?\nhint: `e2e-host --help` shows what there is");
  check_refused(run_verdicts(project, {"--paralel"}), 2,
                "error: unknown option '--paralel'; did you mean '--parallel'?" + hint);
  check_refused(run_verdicts(project, {"--retries", "x"}), 2,
                "error: --retries: 'x' is not a whole number from 0 to 100" + hint);
  check_refused(run_verdicts(project, {"--timeout", "0"}), 2,
                "error: --timeout: '0' is not a whole number from 1 to 604800000" + hint);
  check_refused(run_verdicts(project, {"--color", "blue"}), 2,
                "error: --color: 'blue' is not one of auto, always, never" + hint);
  check_refused(run_verdicts(project, {"-j", "1025"}), 2,
                "error: --parallel: '1025' is neither `auto` nor a number from 0 to 1024");
  check_refused(run_verdicts(project, {"-j", "-4"}), 2,
                "error: --parallel: '-4' is neither `auto` nor a number from 0 to 1024");
  check_refused(run_verdicts(project, {"--parallel-mode", "tests"}), 2,
                "error: --parallel-mode: 'tests' is not one of service, test");
  check_refused(run_verdicts(project, {"--isolation", "full"}), 2,
                "error: --isolation: 'full' is not one of process, service, none");
}

TEST_CASE("UnknownNamesAreRefusedWithWhatMayHaveBeenMeant") {
  const Project project(services);
  const auto refused = [&](const Words& words, const std::string& text) {
    Words all = {"run", "--plugins", test_plugin("equality.so"), "--plugins", test_plugin("family.so")};
    all.insert(all.end(), words.begin(), words.end());
    check_refused(run_host(project, all), 2, text);
    all[0] = "list";
    check_refused(run_host(project, all), 2, text);
  };
  refused({"-s", "equalty"}, "error: no service is named 'equalty'; did you mean 'equality'?");
  refused({"-m", "01_erly"}, "error: no module is named '01_erly'; did you mean '01_early'?");
  refused({"-t", "ends_workr"}, "error: no test has the tag 'ends_workr'; did you mean 'ends_worker'?");
  refused({"reds"}, "error: no service, module, test or source file is named 'reds'; did you mean 'reads'?");
  refused({"no_such_thing", "-s", "x"},
          "error: no service, module, test or source file is named 'no_such_thing'; `e2e-host list` shows "
          "what there is\n"
          "error: no service is named 'x'; `e2e-host list` shows what there is");
}

TEST_CASE("NothingSelectedIsAnErrorUnlessAllowed") {
  const Project project(services);
  const Words nothing = {"-m", "01_endings", "fails"};
  check_refused(
      run_verdicts(project, nothing), 3,
      "error: nothing to run: no test was selected\nhint: `e2e-host list` shows the tests there are; "
      "--allow-empty makes this no error");
  Words allowed = nothing;
  allowed.push_back("--allow-empty");
  const HostRun run = run_verdicts(project, allowed);
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  CHECK(run.run_folder.empty());
}

TEST_CASE("WithoutPluginsItIsSaidWhereTheyWereLookedFor") {
  const Project project(services);
  const std::string places =
      ", or say where they are: --plugins PATH, $E2E_PLUGIN_PATH, or plugins: {paths: [PATH]} in e2e.conf\n";
  const HostRun run = run_host(project, {"run", "--allow-empty"});
  CHECK(run.exit_code == 4);
  CHECK(normalised(project, run.err) ==
        "error: no plugins: P/build/plugins does not exist\nhint: `e2e-host run --build` builds them first" +
            places);
  fs::remove(project.folder() / "e2e.conf");
  const HostRun bare = run_host(project, {"run"});
  CHECK(bare.exit_code == 4);
  CHECK(normalised(project, bare.err) ==
        "error: no plugins: P/build/plugins does not exist, and there is no e2e.conf in this folder or one "
        "above it\nhint: `e2e-host init` makes a project" +
            places);
  const HostRun named = run_host(project, {"run", "--plugins", "nowhere"});
  CHECK(named.exit_code == 4);
  CHECK(normalised(project, named.err) == "error: P/nowhere: cannot be opened: No such file or directory\n");
  fs::create_directories(project.folder() / "build" / "plugins");
  const HostRun empty = run_host(project, {"run"});
  CHECK(empty.exit_code == 3);
  CHECK(normalised(project, empty.err) ==
        "error: nothing to run: there is no plugin in P/build/plugins\nhint: build the plugins, or say where "
        "they "
        "are with --plugins PATH; --allow-empty makes this no error\n");
}

TEST_CASE("PluginWithoutAConfigIsToldWhatIsMissing") {
  const Project project("");
  fs::remove(project.folder() / "e2e.conf");
  const HostRun run = run_verdicts(project, {});
  CHECK(run.exit_code == 2);
  CHECK(run.err ==
        "error: " + test_plugin("verdicts.so").string() +
            ": tests the service 'verdicts', but there is no e2e.conf to configure it\nhint: make one: "
            "services: {verdicts: {base_url: \"http://127.0.0.1:8080\"}}\n");
}

TEST_CASE("TestsAreChosenByNameServiceModuleAndTag") {
  const Project project(services);
  CHECK(chosen(run_verdicts(project, {"passes_first"})) == "passes_first");
  CHECK(chosen(run_verdicts(project, {"03_checks::skips", "passes_last"})) == "passes_last skips");
  CHECK(chosen(run_verdicts(project, {"-s", "verdicts", "--module", "03_checks", "fails", "skips"})) ==
        "fails skips");
  const Words plugins = {"run", "--plugins", test_plugin("equality.so"), "--plugins",
                         test_plugin("family.so")};
  const auto run = [&](const Words& more) {
    Words words = plugins;
    words.insert(words.end(), more.begin(), more.end());
    return chosen(run_host(project, words));
  };
  CHECK(run({"--tag", "ends_worker", "--no-deps", "aborts", "prints"}) == "aborts");
  CHECK(run({"--exclude-tag", "ends_worker", "--no-deps", "aborts", "prints"}) == "prints");
  CHECK(run({"-E", "test(/^(aborts|prints)$/) - tag(ends_worker)", "--no-deps"}) == "prints");
  CHECK(run({"--filter", "test(prints)", "--filter=test(aborts)", "--no-deps"}) == "prints aborts");
}

TEST_CASE("DependenciesAreRunUnlessToldOtherwise") {
  const Project project(services);
  const HostRun with = run_verdicts(project, {"depends_on_a_failure"});
  CHECK(chosen(with) == "fails depends_on_a_failure");
  CHECK(with.exit_code == 1);
  const HostRun without = run_verdicts(project, {"depends_on_a_failure", "--no-deps"});
  CHECK(chosen(without) == "depends_on_a_failure");
  CHECK(without.exit_code == 0);
}

TEST_CASE("CommandLineWinsOverTheEnvironmentAndThatOverTheFile") {
  const Project project("general: {retries: 1}\n" + services);
  const std::string test = "verdicts::03_checks::fails";
  CHECK(run_verdicts(project, {test}).statuses(test) == "failed failed");
  CHECK(run_verdicts(project, {test}, {{"E2E_RETRIES", "2"}}).statuses(test) == "failed failed failed");
  CHECK(run_verdicts(project, {test, "--retries", "0"}, {{"E2E_RETRIES", "2"}}).statuses(test) == "failed");
  CHECK(run_verdicts(project, {test, "--set", "general.retries=0"}).statuses(test) == "failed");
}

TEST_CASE("ConfigAndItsEnvironmentAreChosen") {
  const Project project(services);
  project.write("other.conf", services + "environments: {staging: {general: {retries: 1}}}\n");
  const std::string test = "verdicts::03_checks::fails";
  CHECK(run_verdicts(project, {test, "-c", "other.conf"}).statuses(test) == "failed");
  CHECK(run_verdicts(project, {test, "-c", "other.conf", "-e", "staging"}).statuses(test) == "failed failed");
  const HostRun unknown = run_verdicts(project, {test, "--config", "other.conf", "--environment", "stagin"});
  CHECK(unknown.exit_code == 2);
  CHECK(holds(unknown.err, "there is no environment 'stagin'"));
  CHECK(holds(unknown.err, "did you mean 'staging'?"));
  const HostRun missing = run_verdicts(project, {test, "-c", "nowhere.conf"});
  CHECK(missing.exit_code == 2);
  CHECK(missing.err == "nowhere.conf: error: cannot be read: No such file or directory\nhint: -c names it\n");
}

TEST_CASE("ConfigThatCannotBeStartsNothing") {
  const Project project("parallel: {max_worker: 4}\n" + services);
  const HostRun run = run_verdicts(project, {});
  CHECK(run.exit_code == 2);
  CHECK(holds(run.err, "e2e.conf:1:12: error: unknown key 'max_worker'\n"));
  CHECK(holds(run.err, "hint: did you mean 'max_workers'?\n"));
  CHECK(run.out.empty());
  CHECK(run.run_folder.empty());
}

TEST_CASE("WorkersModeAndIsolationAreTheRuns") {
  const Project project(services);
  const auto started = [&](const Words& words) {
    const auto event = run_verdicts(project, words).all("run_started").at(0);
    return event["workers"].dump() + " " + event["mode"].get<std::string>() + " " +
           event["isolation"].get<std::string>() +
           (event["is_parallel"].get<bool>() ? " parallel" : " sequential");
  };
  CHECK(started({"passes_first"}) == "1 service process sequential");
  CHECK(started({"-j", "0", "passes_first"}) == "1 service process sequential");
  CHECK(started({"-j", "3", "passes_first"}) == "3 service process parallel");
  CHECK(started({"--parallel=2", "--parallel-mode", "test", "--isolation", "service", "passes_first"}) ==
        "2 test service parallel");
  CHECK(started({"--isolation", "none", "passes_first"}) == "1 service none sequential");
  // The next word is no number: it is a name.
  const HostRun bare = run_verdicts(project, {"-j", "passes_first"});
  CHECK(chosen(bare) == "passes_first");
  CHECK(bare.all("run_started").at(0)["is_parallel"] == true);
}

TEST_CASE("TimeoutIsThatOfTestsWhichNameNone") {
  const Project project(services);
  const auto tests = run_verdicts(project, {"--timeout", "1234", "passes_first", "02_hangs::hangs"})
                         .all("run_started")
                         .at(0)["tests"];
  REQUIRE(tests.size() == 2);
  CHECK(tests[0]["timeout_ms"] == 1234);
  CHECK(tests[1]["timeout_ms"] == 200);
}

TEST_CASE("RunThatTakesTooLongIsStopped") {
  const Project project(services);
  const HostRun run =
      run_verdicts(project, {"--run-timeout", "100", "--set", "limits.grace_period=100", "hangs"});
  CHECK(run.exit_code == 1);
  // Timed out where it had begun by then, else not run.
  CHECK(run.all("run_finished").at(0)["passed"] == 0);
  CHECK(run.all("run_finished").at(0)["stopped_by"] == "--run-timeout=100");
}

TEST_CASE("FailFastStopsHandingOutTests") {
  const Project project(services);
  const Words tests = {"-j",           "0",     "--parallel-mode",    "test",
                       "passes_first", "fails", "fails_softly_twice", "skips"};
  const auto run = [&](const std::string& option) {
    Words words = tests;
    words.push_back(option);
    return run_verdicts(project, words);
  };
  const HostRun first = run("--fail-fast");
  CHECK(first.exit_code == 1);
  CHECK(first.outcome("verdicts::01_endings::passes_first") == "passed");
  CHECK(first.outcome("verdicts::03_checks::fails") == "failed");
  CHECK(first.outcome("verdicts::03_checks::fails_softly_twice") == "not_run");
  const HostRun second = run("--fail-fast=2");
  CHECK(second.outcome("verdicts::03_checks::fails_softly_twice") == "failed");
  CHECK(second.outcome("verdicts::03_checks::skips") == "not_run");
}

TEST_CASE("MoreAndLessIsShownAsAsked") {
  const Project project(services);
  const std::string test = "verdicts::03_checks::passes_at_the_second_attempt";
  const HostRun normal = run_verdicts(project, {"passes_first"});
  CHECK(holds(normal.out, "verdicts  1 test"));
  CHECK_FALSE(holds(normal.out, "verdicts::01_endings::passes_first"));
  CHECK(normal.err.empty());
  CHECK(holds(run_verdicts(project, {"-v", "passes_first"}).out, "PASS verdicts::01_endings::passes_first"));
  const HostRun quiet = run_verdicts(project, {"--quiet", "passes_first"});
  CHECK(std::count(quiet.out.begin(), quiet.out.end(), '\n') == 1);
  CHECK(holds(quiet.out, "All services passed"));
  const HostRun debugged = run_verdicts(project, {"--debug", "passes_first"});
  CHECK(holds(debugged.err, "slot 0: worker 0 is process "));
  check_refused(run_verdicts(project, {"-v", "-q"}), 2,
                "error: --verbose excludes --quiet\nhint: `e2e-host run --help` shows what there is");
}

TEST_CASE("ColourIsOnlyWhereItIsWanted") {
  const Project project(services);
  const auto is_coloured = [&](const Words& words,
                               const std::map<std::string, std::string>& environment = {}) {
    Words all = {"passes_first"};
    all.insert(all.end(), words.begin(), words.end());
    return holds(run_verdicts(project, all, environment).out, "\x1b[");
  };
  CHECK_FALSE(is_coloured({}));
  CHECK_FALSE(is_coloured({"--color", "auto"}));
  CHECK(is_coloured({"--color", "always"}));
  CHECK(is_coloured({}, {{"FORCE_COLOR", "1"}}));
  CHECK_FALSE(is_coloured({"--color", "never"}, {{"FORCE_COLOR", "1"}}));
}

TEST_CASE("TwoRunsInOneFolderDoNotDisturbEachOther") {
  const Project project(services);
  RunningHost first(project, {"run", "--plugins", test_plugin("verdicts.so"), "passes_first"});
  const std::string first_id = first.run_id();
  first.signal(SIGSTOP);
  const HostRun second = run_verdicts(project, {"passes_first", "fails"});
  CHECK(second.exit_code == 1);
  first.signal(SIGCONT);
  CHECK(first.wait().exit_code == 0);
  CHECK(second.all("run_started").at(0)["run_id"] != first_id);
  CHECK(second.all("run_finished").size() == 1);
  CHECK(second.outcome("verdicts::01_endings::passes_first") == "passed");
  CHECK(std::distance(fs::directory_iterator(project.folder() / ".e2e" / "runs"), fs::directory_iterator()) ==
        2);
}

TEST_CASE("FolderForTheJournalThatCannotBeWrittenStartsNothing") {
  const Project project(services);
  project.write(".e2e", "a file");
  const HostRun run = run_verdicts(project, {"passes_first"});
  CHECK(run.exit_code == 4);
  CHECK(is_like(normalised(project, run.err),
                "error: the journal P/\\.e2e/runs/[^/]+/events\\.ndjson cannot be written: Not a "
                "directory\nhint: make the folder writable, or run in another one\n"));
  CHECK(run.out.empty());
  CHECK(project.read(".e2e") == "a file");
}
