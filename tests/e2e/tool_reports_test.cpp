// Reports for tools, of real runs: CTRF, TAP, trace, GitHub, programs; and --fail-on-flaky.
#include <algorithm>
#include <csignal>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const char* const config =
    "limits: {grace_period: 200}\nservices:\n  equality: {base_url: \"http://127.0.0.1:9\"}\n  family: "
    "{base_url: \"http://127.0.0.1:9\"}\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n";

HostRun run_equality(const Project& project, const std::vector<std::string>& more,
                     const std::map<std::string, std::string>& environment = {}) {
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("equality.so"), "--plugins",
                                        test_plugin("family.so")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments, environment);
}

/// Takes out the members of these names, wherever they are.
void remove(json& value, const std::set<std::string>& names) {
  if (value.is_object())
    for (auto member = value.begin(); member != value.end();)
      member = names.count(member.key()) > 0 ? value.erase(member) : std::next(member);
  if (value.is_structured())
    for (auto& item : value) remove(item, names);
}

std::string without_times(const std::string& tap) {
  std::string out;
  std::istringstream in(tap);
  for (std::string line; std::getline(in, line);)
    if (line.find("  duration_ms: ") != 0) out += line + "\n";
  return out;
}

/// What a summary for GitHub has of each run but times, workers and the slowest tests.
std::string summary_of(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line) && line.find("### Slowest") != 0;)
    if (line.find(" exit code ") == line.npos) out += line + "\n";
  return out;
}

/// The results of a folder for Allure by their file's name, without times and threads; and what is beside
/// them.
json allure_of(const fs::path& folder) {
  json all = json::object();
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string name = entry.path().filename().string();
    if (name.find("-result.json") == name.npos) {
      all[name] = text;
      continue;
    }
    json result = json::parse(text);
    auto& labels = result["labels"];
    labels.erase(std::remove_if(labels.begin(), labels.end(),
                                [](const json& label) { return label["name"] == "thread"; }),
                 labels.end());
    remove(result, {"start", "stop", "trace"});
    all[name] = result;
  }
  return all;
}

}  // namespace

TEST_CASE("ToolReportsAreTheSameAtAnyWorkerCount") {
  const Project project(config);
  std::vector<std::string> ctrf, tap, summary, console, allure;
  for (const char* workers : {"1", "2", "8"}) {
    INFO("-j " << workers);
    const HostRun run =
        run_equality(project, {"-j", workers, "--parallel-mode", "test", "--retries", "1", "-o", "ctrf", "-o",
                               "tap", "-o", "trace", "-o", "github", "-o", "allure"});
    CHECK(run.exit_code == 1);
    json report = json::parse(project.read(".e2e/reports/ctrf.json"));
    remove(report, {"start", "stop", "duration", "threadId", "runId", "workers"});
    ctrf.push_back(report.dump(1));
    allure.push_back(allure_of(project.folder() / ".e2e/reports/allure-results").dump(1));
    tap.push_back(without_times(project.read(".e2e/reports/report.tap")));
    summary.push_back(summary_of(project.read(".e2e/reports/summary.md")));
    console.push_back(run.out.substr(run.out.find("\n::error ")));
    CHECK(json::parse(project.read(".e2e/reports/trace.json"))["traceEvents"].size() > 20);
  }
  for (const auto* reports : {&ctrf, &tap, &summary, &console, &allure}) {
    CHECK(reports->at(0).size() > 100);
    CHECK(reports->at(0) == reports->at(1));
    CHECK(reports->at(0) == reports->at(2));
  }
}

TEST_CASE("ToolReportsCountWhatTheRunCounted") {
  const Project project(config);
  const HostRun run =
      run_equality(project, {"-j", "2", "-o", "ctrf=c.json", "-o", "tap=t.tap", "-o", "trace=t.json"});
  const json finished = run.all("run_finished").at(0);
  const json summary = json::parse(project.read("c.json"))["results"]["summary"];
  CHECK(summary["flaky"] == finished["flaky"]);
  CHECK(summary["skipped"] == finished["skipped"]);
  CHECK(summary["passed"] == finished["passed"].get<int>() + finished["flaky"].get<int>());
  size_t not_ok = 0;
  std::istringstream tap(project.read("t.tap"));
  for (std::string line; std::getline(tap, line);) not_ok += line.find("not ok ") == 0;
  CHECK(not_ok >= finished["failed"].get<size_t>());
  size_t attempts = 0;
  const json trace = json::parse(project.read("t.json"));
  for (const json& event : trace["traceEvents"]) attempts += event.value("cat", "") == "test";
  CHECK(attempts == run.all("attempt_finished").size());
}

TEST_CASE("AllureHasAResultForEachAttemptAndTakesThePlaceOfItsEarlierOnes") {
  const Project project(config);
  fs::create_directories(project.folder() / "results");
  project.write("results/categories.json", "[]");
  const HostRun run = run_equality(project, {"-j", "2", "--retries", "1", "-o", "allure=results"});
  CHECK(run.exit_code == 1);
  const json results = allure_of(project.folder() / "results");
  std::map<std::string, size_t> by_status;
  std::set<std::string> histories, without_attempt;
  for (const auto& [name, result] : results.items()) {
    if (!result.is_object()) continue;
    ++by_status[result["status"].get<std::string>()];
    histories.insert(result["historyId"].get<std::string>());
  }
  size_t broken = 0;
  const json finished = run.all("run_finished").at(0);
  for (const json& attempt : run.all("attempt_finished"))
    broken +=
        attempt["status"] != "passed" && attempt["status"] != "failed" && attempt["status"] != "skipped";
  CHECK(by_status["broken"] == broken + run.all("fixture_failed").size());
  CHECK(by_status["passed"] >= finished["passed"].get<size_t>() + finished["flaky"].get<size_t>());
  CHECK(histories.size() == run.all("test_finished").size() + run.all("fixture_failed").size());

  // Of fewer tests: those of the run before go, what is not ours stays.
  const HostRun fewer = run_equality(project, {"--service", "family", "-o", "allure=results"});
  const json left = allure_of(project.folder() / "results");
  CHECK(left.size() < results.size());
  CHECK(left["categories.json"] == "[]");
  std::set<std::string> ran, shown;
  const json started = fewer.all("run_started").at(0);
  for (const json& test : started["tests"]) ran.insert(test["id"].get<std::string>());
  for (const json& fixture : fewer.all("fixture_failed"))
    ran.insert(fixture["service"].get<std::string>() + "::" + fixture["phase"].get<std::string>());
  for (const auto& [name, result] : left.items())
    if (result.is_object()) shown.insert(result["fullName"].get<std::string>());
  CHECK(shown == ran);

  const HostRun again = run_host(project, {"report", "latest", "-o", "allure=again"});
  CHECK(again.out.find("   allure: again\n") != std::string::npos);
  json without_categories = left;
  without_categories.erase("categories.json");
  CHECK(allure_of(project.folder() / "again") == without_categories);

  CHECK(run_equality(project, {"-o", "allure=-"})
            .err.find("allure writes a folder, which standard output is not") != std::string::npos);
  project.write("in-the-way", "");
  const HostRun refused = run_equality(project, {"-o", "allure=in-the-way"});
  CHECK(refused.exit_code == 4);
  CHECK(refused.err.find("error: the allure report in-the-way can't be written: Not a directory\n") == 0);
}

TEST_CASE("GitHubGetsSummaryAndAnnotationsAndNoCommandOfATest") {
  const Project project(config);
  project.write("summary", "before\n");
  const HostRun run = run_equality(project, {"-o", "github"},
                                   {{"GITHUB_ACTIONS", "true"}, {"GITHUB_STEP_SUMMARY", "summary"}});
  CHECK(run.exit_code == 1);
  CHECK(project.read("summary").find("before\n## ❌ e2e-host: ") == 0);
  const size_t stop = run.out.find("::stop-commands::"), end = run.out.find('\n', stop);
  REQUIRE(end != std::string::npos);
  const std::string token = run.out.substr(stop + 17, end - stop - 17);
  CHECK(token.size() == 32);
  const size_t again = run.out.find("\n::" + token + "::\n");
  REQUIRE(again != std::string::npos);
  // Everything that a run prints of its tests is between the two; annotations are behind them.
  CHECK(stop < run.out.find("FAIL "));
  CHECK(again > run.out.rfind("services failed"));
  CHECK(run.out.find("::error ", again) != std::string::npos);
  CHECK(run.out.find("::error ") > again);
}

TEST_CASE("AProgramIsFedTheJournal") {
  const Project project(config);
  const HostRun run = run_equality(project, {"-j", "4", "-o", "exec:cat >'fed lines'", "-o", "exec:exit 0"});
  CHECK(run.exit_code == 1);
  CHECK(run.err.empty());
  CHECK((project.read("fed lines") ==
         project.read(fs::relative(run.run_folder, project.folder()) / "events.ndjson")));
  CHECK(run_host(project, {"report", "latest", "-o", "exec:cat >again"}).exit_code == 1);
  CHECK((project.read("again") == project.read("fed lines")));
}

TEST_CASE("AProgramThatFailsIsInfrastructureTroubleAndCostsNothingElse") {
  const Project project(config);
  const HostRun run = run_equality(project, {"-o", "exec:cat >/dev/null; exit 7", "-o", "json=r.json"});
  CHECK(run.exit_code == 4);
  CHECK(run.err == "error: the reporter 'cat >/dev/null; exit 7' failed: it exited with code 7\n");
  CHECK(json::parse(project.read("r.json"))["run"]["exit_code"] == 1);
  CHECK(run_equality(project, {"-o", "exec:"}).exit_code == 2);
}

TEST_CASE("AProgramHearsOfCtrlCAndOfTheEnd") {
  const Project project(config);
  RunningHost host(project,
                   {"run", "--plugins", test_plugin("verdicts.so"), "02_hangs", "-o", "exec:cat >lines"});
  host.wait_for_event("attempt_started");
  host.signal(SIGINT);
  const HostRun run = host.wait();
  CHECK(run.exit_code == 130);
  CHECK(project.read("lines").find("\"run_finished\"") != std::string::npos);
}

TEST_CASE("FlakyTestsFailTheRunWhereThatIsAskedFor") {
  const Project project(config);
  const std::vector<std::string> only = {"verdicts::03_checks::passes_at_the_second_attempt"};
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"run", "--plugins", test_plugin("verdicts.so"), only[0]});
    return run_host(project, more);
  };
  const HostRun usual = run({});
  CHECK(usual.exit_code == 0);
  CHECK(usual.outcome(only[0]) == "flaky");
  const HostRun strict = run({"--fail-on-flaky", "-o", "json"});
  CHECK(strict.exit_code == 1);
  CHECK(strict.outcome(only[0]) == "flaky");
  CHECK(strict.out.find("✗ 1 test flaky") != std::string::npos);
  CHECK(json::parse(project.read(".e2e/reports/report.json"))["run"]["fail_on_flaky"] == true);
  CHECK(run_host(project, {"report", "latest"}).exit_code == 1);
}
