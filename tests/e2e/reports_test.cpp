// Report files of real runs: where they are, what they say, and that they are the same whatever the worker
// count.
#include <csignal>
#include <cstdlib>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "e2e_regex.hpp"
#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const char* const config =
    "limits: {grace_period: 200}\nservices:\n  equality: {base_url: \"http://127.0.0.1:9\"}\n  family: "
    "{base_url: \"http://127.0.0.1:9\"}\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n";

HostRun run_equality(const Project& project, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("equality.so"), "--plugins",
                                        test_plugin("family.so")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments);
}

HostRun run_checks(const Project& project, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("verdicts.so"), "03_checks"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments);
}

/// Takes out what docs/reports.md says may differ between equal runs.
void normalise(json& value) {
  static const std::set<std::string> declared = {"run_id",  "host_version", "start_unix_ns", "start_unix_ms",
                                                 "workers", "worker",       "slot",          "pid",
                                                 "stacks",  "start_ns",     "duration_ns",   "waited_ns",
                                                 "work_ns", "user_cpu_us",  "environment"};
  if (value.is_object())
    for (auto member = value.begin(); member != value.end();)
      member = declared.count(member.key()) > 0 ? value.erase(member) : std::next(member);
  if (value.is_structured())
    for (auto& item : value) normalise(item);
}

std::string normalised_json(const std::string& text) {
  json report = json::parse(text);
  normalise(report);
  return report.dump(1) + "\n";
}

std::string normalised_junit(const std::string& text) {
  pugi::xml_document document;
  REQUIRE(document.load_string(text.c_str(), pugi::parse_default | pugi::parse_declaration));
  for (const auto& node : document.select_nodes("//*[@time or @timestamp]"))
    for (const char* name : {"time", "timestamp"})
      if (pugi::xml_attribute attribute = node.node().attribute(name)) attribute = "";
  for (const char* name : {"run_id", "host_version", "workers", "worker", "slot"})
    for (const auto& node : document.select_nodes("//property"))
      if (std::string(node.node().attribute("name").value()) == name) node.node().attribute("value") = "";
  std::ostringstream out;
  document.save(out, " ");
  // Which functions of the C library are on a stack is its own business.
  return replaced_like(out.str(), "  stack:\n(    #[^\n]*\n)+", "");
}

/// The page's data, each element's on lines of its own.
std::string normalised_html(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"";
  std::string out;
  for (size_t at = page.find(begin); at != page.npos; at = page.find(begin, at + 1)) {
    const size_t start = page.find('>', at) + 1;
    json data = json::parse(page.substr(start, page.find("</script>", start) - start));
    normalise(data);
    if (data.is_object())
      for (auto& test : data["tests"])
        for (auto& attempt : test["attempts"]) attempt = json::array({attempt[0], attempt[5]});
    out += data.dump(1) + "\n";
  }
  return out;
}

/// Compares with tests/golden/NAME; with E2E_APPROVE set, makes that file instead.
void check_golden(const std::string& name, const std::string& text) {
  const fs::path file = fs::path(E2E_GOLDEN_FOLDER) / name;
  if (std::getenv("E2E_APPROVE")) std::ofstream(file, std::ios::binary) << text;
  std::ostringstream approved;
  approved << std::ifstream(file, std::ios::binary).rdbuf();
  INFO(name << ": if the new one is right, approve it with tools/approve.sh");
  CHECK(text == approved.str());
}

const json* find_service(const json& report, const std::string& name) {
  for (const auto& service : report["services"])
    if (service["name"] == name) return &service;
  return nullptr;
}

}  // namespace

TEST_CASE("ReportsAreTheSameAtAnyWorkerCount") {
  const Project project(config);
  for (const char* workers : {"1", "2", "8"}) {
    INFO("-j " << workers);
    const HostRun run = run_equality(
        project, {"-j", workers, "--parallel-mode", "test", "-o", "junit", "-o", "json", "-o", "html"});
    CHECK(run.exit_code == 1);
    check_golden("junit.xml", normalised_junit(project.read(".e2e/reports/junit.xml")));
    check_golden("report.json", normalised_json(project.read(".e2e/reports/report.json")));
    check_golden("report.html.json", normalised_html(project.read(".e2e/reports/report.html")));
  }
}

TEST_CASE("ReportsCountWhatTheRunCounted") {
  const Project project(config);
  const HostRun run =
      run_equality(project, {"-j", "4", "-o", "junit=out/j.xml", "-o", "json=r.json", "-o", "ndjson=lines"});
  CHECK(run.exit_code == 1);
  const json finished = run.all("run_finished").at(0);
  const json report = json::parse(project.read("r.json"));
  for (const char* outcome : {"passed", "failed", "flaky", "skipped", "not_run"})
    CHECK(report["run"][outcome] == finished[outcome]);
  CHECK(report["run"]["exit_code"] == 1);
  for (const auto& test : report["tests"])
    CHECK(test["outcome"] == run.outcome(test["id"].get<std::string>()));
  const json* family = find_service(report, "family");
  REQUIRE(family);
  CHECK((*family)["total"] == 4);

  pugi::xml_document junit;
  REQUIRE(junit.load_file((project.folder() / "out/j.xml").c_str()));
  const pugi::xml_node root = junit.child("testsuites");
  CHECK(root.attribute("tests").as_uint() == report["tests"].size());
  CHECK(root.attribute("failures").as_uint() + root.attribute("errors").as_uint() == finished["failed"]);
  CHECK(root.attribute("skipped").as_uint() == finished["skipped"]);
  CHECK(project.read("lines") ==
        project.read(fs::relative(run.run_folder, project.folder()) / "events.ndjson"));
  for (const char* line : {"\n   junit: out/j.xml\n", "\n   json: r.json\n", "\n   ndjson: lines\n"})
    CHECK(run.out.find(line) != std::string::npos);
}

TEST_CASE("ConfiguredReportsAreWritten") {
  const Project project(std::string(config) + "reports: {dir: out, outputs: [html, junit=x/j.xml]}\n");
  CHECK(run_checks(project, {}).exit_code == 1);
  CHECK(fs::exists(project.folder() / "out/report.html"));
  CHECK(fs::exists(project.folder() / "x/j.xml"));
}

TEST_CASE("ReportOnStandardOutputHasItAlone") {
  const Project project(config);
  const HostRun run = run_checks(project, {"-o", "json=-"});
  CHECK(run.exit_code == 1);
  CHECK(json::parse(run.out)["run"]["total"] == 6);
  CHECK(run.err.find("1 of 1 service failed") != std::string::npos);
  const HostRun lines = run_checks(project, {"-o", "ndjson=-", "-q"});
  CHECK(lines.out == lines.out.substr(0, lines.out.rfind('\n') + 1));
  std::istringstream all(lines.out);
  size_t count = 0;
  for (std::string line; std::getline(all, line); ++count) CHECK(json::parse(line)["seq"] == count + 1);
  CHECK(count == lines.events.size());
}

TEST_CASE("UnwritableReportIsFoundBeforeAnythingStarts") {
  const Project project(config);
  project.write("file", "");
  const HostRun run = run_checks(project, {"-o", "junit", "-o", "json=file/r.json", "--report-dir", "file"});
  CHECK(run.exit_code == 4);
  CHECK(run.events.empty());
  CHECK(run.err ==
        "error: the junit report file/junit.xml can't be written: Not a directory\n"
        "error: the json report file/r.json can't be written: Not a directory\n"
        "hint: make it writable, or choose another place with --output FORMAT=PATH or --report-dir DIR; "
        "nothing was started\n");
}

TEST_CASE("FullDiskCostsOnlyThatReport") {
  const Project project(config);
  const HostRun run = run_checks(project, {"-o", "json=/dev/full", "-o", "junit=j.xml"});
  CHECK(run.exit_code == 4);
  CHECK(run.err == "error: the json report /dev/full was not written: No space left on device\n");
  CHECK(run.out.find("\n   junit: j.xml\n") != std::string::npos);
  CHECK(fs::exists(project.folder() / "j.xml"));
  CHECK(run.all("run_finished").at(0)["exit_code"] == 1);
}

TEST_CASE("KilledHostLeavesTheOldReportAndNoHalfOne") {
  const Project project(config);
  project.write("r.json", "old");
  project.write("lines", "old");
  RunningHost host(project, {"run", "--plugins", test_plugin("verdicts.so"), "02_hangs", "-o", "json=r.json",
                             "-o", "ndjson=lines"});
  host.wait_for_event("attempt_started");
  host.signal(SIGKILL);
  host.wait();
  CHECK(project.read("r.json") == "old");
  CHECK(project.read("lines") == "old");
}

TEST_CASE("WrongOutputIsAMistakeOfUse") {
  const Project project(config);
  const HostRun run = run_checks(project, {"-o", "junitt"});
  CHECK(run.exit_code == 2);
  CHECK(
      run.err ==
      "error: --output: 'junitt' is not one of console, html, junit, json, ctrf, allure, github, tap, trace, "
      "har, ndjson, exec:COMMAND; did you mean 'junit'?\n"
      "hint: `e2e-host run --help` shows what there is\n");
  CHECK(run_checks(project, {"-o", "json=a", "-o", "junit=a"}).exit_code == 2);
}
