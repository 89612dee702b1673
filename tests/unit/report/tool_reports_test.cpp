// CTRF, TAP, trace and GitHub, each from the same events. Whether CTRF is what its publishers say:
// ctrf_schema_test.
#include <cctype>
#include <e2e_catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "recorded_run.hpp"
#include "report/ctrf_report.hpp"
#include "report/github_report.hpp"
#include "report/html_report.hpp"
#include "report/junit_report.hpp"
#include "report/tap_report.hpp"
#include "report/trace_report.hpp"

using namespace e2e::host;
using nlohmann::json;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// Calls check(text) for each text in a JSON value.
template <typename Check>
void for_each_text(const json& value, const Check& check) {
  if (value.is_string()) check(value.get<std::string>());
  if (value.is_structured())
    for (const auto& [key, item] : value.items()) for_each_text(item, check);
}

}  // namespace

TEST_CASE("CtrfHasEachOutcomeAsWhatItIs") {
  const json report = json::parse(sample().text(write_ctrf_report));
  const json& summary = report["results"]["summary"];
  CHECK(summary["tests"] == 6);
  CHECK(summary["passed"] == 2);
  CHECK(summary["failed"] == 2);
  CHECK(summary["flaky"] == 1);
  CHECK(summary["skipped"] == 1);
  CHECK(summary["other"] == 1);
  const json& tests = report["results"]["tests"];
  REQUIRE(tests.size() == 6);
  CHECK(tests[1]["status"] == "failed");
  CHECK(tests[1]["retries"] == 1);
  CHECK(tests[1]["flaky"] == false);
  CHECK(tests[1]["retryAttempts"].size() == 1);
  CHECK(tests[1]["message"] == "assert_status(response, 201)   actual: 500 Internal Server Error");
  CHECK(tests[1]["trace"].get<std::string>().find("curl -X POST") != std::string::npos);
  CHECK(tests[1]["tags"] == json({"smoke", "slow"}));
  CHECK(tests[2]["status"] == "passed");
  CHECK(tests[2]["flaky"] == true);
  CHECK(tests[2]["retryAttempts"][0]["status"] == "failed");
  CHECK(tests[3]["status"] == "skipped");
  CHECK(tests[3]["message"] == "users is down");
  CHECK(tests[4]["message"] == "SIGSEGV at address 0x0 (null dereference)");
  CHECK(tests[5]["status"] == "other");
  CHECK(tests[5]["rawStatus"] == "not_run");
}

TEST_CASE("CtrfHasFixturesAndTroubleAsFailures") {
  Recorded recorded;
  recorded.add(sample_run({"s::m::n"}))
      .add(sample_attempt(0, Status::passed))
      .add(TestFinished{0, Outcome::passed, 1, ""});
  FixtureFailed fixture{"s", "after_all", 0, {sample_failure()}, ""};
  recorded.add(fixture).add(Trouble{"no disk"}).add(finish(4));
  const json report = json::parse(recorded.text(write_ctrf_report));
  CHECK(report["results"]["summary"]["failed"] == 2);
  CHECK(report["results"]["summary"]["tests"] == 3);
  CHECK(report["results"]["tests"][1]["name"] == "s::after_all");
  CHECK(report["results"]["tests"][2]["message"] == "no disk");
}

TEST_CASE("TapHasAPointForEachTest") {
  const std::string text = sample().text(write_tap_report);
  const std::vector<std::string> lines = lines_of(text);
  CHECK(lines[0] == "TAP version 14");
  CHECK(lines[1] == "1..6");
  CHECK(lines[2] == "ok 1 - orders::01_pay::pays");
  for (const char* line :
       {"not ok 2 - orders::01_pay::fails", "ok 3 - orders::01_pay::wavers", "  outcome: \"flaky\"",
        "ok 4 - users::01_user::skips # SKIP users is down", "not ok 5 - users::01_user::crashes",
        "  status: \"crashed\"", "ok 6 - users::01_user::waits # SKIP not run: stopped by SIGINT",
        "  message: \"assert_status(response, 201)   actual: 500 Internal Server Error\""}) {
    INFO(line);
    CHECK(std::find(lines.begin(), lines.end(), line) != lines.end());
  }
  CHECK(text.find("Bail out!") == text.npos);
}

TEST_CASE("TapOfAStoppedRunBailsOut") {
  Recorded recorded;
  RunFinished stopped = finish(130);
  stopped.stopped_by = "SIGINT";
  recorded.add(sample_run({"s::m::n"})).add(Trouble{"no # disk"}).add(stopped);
  const std::string text = recorded.text(write_tap_report);
  CHECK(text.find("\nnot ok 2 - infrastructure: no \\# disk\n") != text.npos);
  CHECK(text.ends_with("\nBail out! SIGINT\n"));
}

TEST_CASE("TraceNestsStepsInAttemptsAndRequestsInSteps") {
  Recorded recorded;
  recorded.add(sample_run({"s::m::n"})).add(WorkerStarted{2, 1, 77});
  AttemptFinished attempt = sample_attempt(0, Status::failed);
  attempt.start_ns = 10 * kMs;
  attempt.duration_ns = 100 * kMs;
  attempt.steps = {{"outer", "", 0, 0, 10 * kMs, 50 * kMs},
                   {"inner", "f.cpp", 3, 1, 20 * kMs, 10 * kMs},
                   {"open", "", 0, 0, 70 * kMs, -1}};
  ExchangeRecord exchange = sample_exchange();
  exchange.start_ns = 22 * kMs;
  exchange.total_ns = 999 * kMs;  // longer than the step says
  attempt.exchanges = {exchange};
  recorded.add(attempt).add(TestFinished{0, Outcome::failed, 1, ""}).add(finish());
  const json trace = json::parse(recorded.text(write_trace_report));
  std::map<std::string, json> spans;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == "X") spans[event["name"]] = event;
  CHECK(spans["s::m::n"]["ts"] == 10'000);
  CHECK(spans["s::m::n"]["dur"] == 100'000);
  CHECK(spans["s::m::n"]["tid"] == 1);
  CHECK(spans["s::m::n"]["args"]["status"] == "failed");
  CHECK(spans["inner"]["ts"] == 30'000);
  CHECK(spans["open"]["dur"] == 30'000);
  CHECK(spans["POST http://127.0.0.1:8083/orders"]["ts"] == 32'000);
  CHECK(spans["POST http://127.0.0.1:8083/orders"]["dur"] == 8'000);
  CHECK(spans["worker 2"]["pid"] == 0);
  CHECK(trace["traceEvents"][1]["args"]["name"] == "s");
}

TEST_CASE("GitHubHearsOfAtMostTenProblems") {
  Recorded recorded;
  std::vector<std::string> ids;
  for (int i = 0; i < 30; ++i) ids.push_back("s::m::n" + std::to_string(i));
  recorded.add(sample_run(ids));
  for (uint32_t i = 0; i < 30; ++i)
    recorded.add(failed_attempt(i)).add(TestFinished{i, Outcome::failed, 1, ""});
  recorded.add(finish());
  std::string annotations = github_annotations(recorded.record());
  std::vector<std::string> lines = lines_of(annotations);
  REQUIRE(lines.size() == 10);
  CHECK(lines[0] ==
        "::error file=services/orders/modules/02_payment.cpp,line=88,title=s%3A%3Am%3A%3An0 failed::"
        "assert_status(response, 201)   actual: 500 Internal Server Error");
  CHECK(lines[9] == "::error title=e2e-host::21 problems more: see the step's summary");
  lines = lines_of(github_annotations(sample().record()));
  REQUIRE(lines.size() == 3);
  CHECK(lines[2].find("::warning file=") == 0);
}

TEST_CASE("GitHubSummaryStaysWithinItsLimit") {
  Recorded recorded;
  std::vector<std::string> ids;
  for (int i = 0; i < 5'000; ++i) ids.push_back("s::m::n" + std::to_string(i));
  recorded.add(sample_run(ids));
  AttemptFinished attempt = failed_attempt(0);
  attempt.failures[0].message = std::string(100'000, '*');
  for (uint32_t i = 0; i < 5'000; ++i) {
    attempt.test = i;
    recorded.add(attempt).add(TestFinished{i, Outcome::failed, 1, ""});
  }
  const std::string summary = recorded.add(finish()).text(write_github_summary);
  CHECK(summary.size() < 1u << 20);
  CHECK(summary.find("## ❌ e2e-host: 5000 failed\n") == 0);
  CHECK(summary.find("\nand 4500 more\n") != summary.npos);
}

TEST_CASE("HostileTextIsInertInCtrfAndTrace") {
  for (const std::string& text : kHostile) {
    INFO(text.substr(0, 40));
    for (const Write write : {Write(write_ctrf_report), Write(write_trace_report)}) {
      const std::string report = hostile(text).text(write);
      CHECK(report.size() < 5'000'000);
      for_each_text(json::parse(report), [](const std::string& each) { CHECK(has_only_plain_text(each)); });
    }
  }
}

TEST_CASE("HostileTextIsInertInTap") {
  const std::string pieces[] = {"\n1..7\nok 1 - forged\nBail out! now\n", "# SKIP all", "\\# ToDo x"};
  std::vector<std::string> all(std::begin(kHostile), std::end(kHostile));
  all.insert(all.end(), std::begin(pieces), std::end(pieces));
  for (const std::string& text : all) {
    INFO(text.substr(0, 40));
    const std::string report = hostile(text).text(write_tap_report);
    CHECK(has_only_plain_text(report));
    const std::vector<std::string> lines = lines_of(report);
    CHECK(lines[1] == "1..3");
    size_t points = 0, bails = 0;
    for (size_t i = 2; i < lines.size(); ++i) {
      points += lines[i].starts_with("not ok ");
      bails += lines[i].starts_with("Bail out! ");
      CHECK((lines[i].starts_with("not ok ") || lines[i].starts_with("Bail out! ") ||
             lines[i].starts_with("  ")));
      if (lines[i].starts_with("not ok ")) CHECK(lines[i].find(" # SKIP") == std::string::npos);
    }
    CHECK(points == 3);
    CHECK(bails == 1);
  }
}

TEST_CASE("HostileTextIsInertForGitHub") {
  const std::string pieces[] = {"::error::forged\n::set-output name=a::b",
                                "a,b:c%0A",
                                "```\n# out\n```",
                                "| x | y |",
                                "@everyone [x](http://evil) ![](http://evil/p.png) <b>",
                                "</details>"};
  std::vector<std::string> all(std::begin(kHostile), std::end(kHostile));
  all.insert(all.end(), std::begin(pieces), std::end(pieces));
  for (const std::string& text : all) {
    INFO(text.substr(0, 40));
    const Recorded recorded = hostile(text);
    const std::string annotations = github_annotations(recorded.record());
    CHECK(has_only_plain_text(annotations));
    CHECK(lines_of(annotations).size() == 3);
    for (const std::string& line : lines_of(annotations)) {
      CHECK(line.starts_with("::error "));
      // A property's end, its message's begin: none but our own.
      CHECK(count_of(line.substr(8, line.find("::", 8) - 8), ":") == 0);
    }
    const std::string summary = recorded.text(write_github_summary);
    CHECK(has_only_plain_text(summary));
    CHECK(summary.size() < 1u << 20);
    // Outside of fences nothing of a text is Markdown or HTML: whatever means something has a backslash.
    std::string fence;
    for (const std::string& line : lines_of(summary)) {
      if (!fence.empty()) {
        if (line == fence) fence.clear();
        continue;
      }
      if (line.starts_with("```")) {
        fence = line.substr(0, line.find_first_not_of('`'));
        continue;
      }
      const bool is_ours = line.starts_with("<details><summary>") || line == "</details>";
      for (const char* mark : {"<", "[", "@", "`", "!"})
        for (size_t at = is_ours ? line.npos : line.find(mark); at != line.npos; at = line.find(mark, at + 1))
          CHECK((at > 0 && line[at - 1] == '\\'));
      if (is_ours) CHECK(count_of(line, "<") == (line == "</details>" ? 1 : 3));
    }
    CHECK(fence.empty());
  }
}

TEST_CASE("TenMegabytesInEveryTextAreCut") {
  const Recorded recorded = hostile(std::string(10'000'000, 'x'));
  for (const Write write :
       {Write(write_ctrf_report), Write(write_trace_report), Write(write_tap_report),
        Write(write_github_summary), Write(write_html_report), Write(write_junit_report)}) {
    const std::string report = recorded.text(write);
    CHECK(report.size() > 1000);
    CHECK(report.size() < 1'500'000);
  }
  CHECK(github_annotations(recorded.record()).size() < 10'000);
}
