// What a user meets who has forgotten something, or whose service does not run: said once, with the way out,
// and nothing of what others do is lost. What is not here is in command_line_test, refusals_test,
// managed_services_test and reports_test.
#include <e2e_catch.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "host_run.hpp"

using namespace e2e_test;

namespace {

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

const std::string services =
    "services: {equality: {base_url: \"http://127.0.0.1:9\"}, family: {base_url: \"http://127.0.0.1:9\"}}\n";

std::vector<std::string> run_of(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("equality.so"), "--plugins",
                                        test_plugin("family.so")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("WithoutAConfigurationTheWayToOneIsSaid") {
  const Project project("");
  std::filesystem::remove(project.folder() / "e2e.conf");
  const HostRun run = run_host(project, {"run"});
  CHECK(run.exit_code == 4);
  CHECK(run.out.empty());
  CHECK(run.err.find("there is no e2e.conf in this folder or one above it") != std::string::npos);
  CHECK(run.err.find("`e2e-host init` makes a project") != std::string::npos);
}

TEST_CASE("AServiceThatIsNotConfiguredIsNamedWithWhatToWrite") {
  const Project project("services: {family: {base_url: \"http://127.0.0.1:9\"}}\n");
  const HostRun run = run_host(project, run_of({}));
  CHECK(run.exit_code == 2);
  CHECK(run.err.find("tests the service 'equality', which e2e.conf does not configure\nhint: add to it: "
                     "services: {equality: "
                     "{base_url: \"http://127.0.0.1:8080\"}}") != std::string::npos);
  CHECK(run.run_folder.empty());
}

TEST_CASE("AServiceThatDoesNotAnswerIsToldInFullOnce") {
  // Nothing listens on the port of `discard`.
  const Project project("services: {served: {base_url: \"http://127.0.0.1:9\"}}\n");
  for (const char* isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const HostRun run =
        run_host(project, {"run", "--plugins", test_plugin("served.so"), "--isolation", isolation,
                           "--parallel-mode", "test", "-j", "2", "--module", "01_served"});
    CHECK(run.exit_code == 1);
    CHECK(run.all("test_finished").size() == 4);
    // The whole block of the first, and a line for each of the others; then a line for each, where the reason
    // stands once.
    CHECK(count_of(run.out, "\nERROR served::01_served::") == 4);
    CHECK(count_of(run.out, "]   as served::01_served::") == 3);
    CHECK(count_of(run.out, "\n  curl http://127.0.0.1:9/") == 1);
    CHECK(count_of(run.out, "\n   ERROR served::01_served::") == 4);
    CHECK(count_of(run.out, "   likewise\n") == 3);
    for (const auto& test : run.all("test_finished")) CHECK(test["outcome"] == "failed");
  }
}

TEST_CASE("RunsAtOnceInOneFolderLoseNothing") {
  const Project project(services);
  std::vector<std::unique_ptr<RunningHost>> hosts;
  for (int i = 0; i < 4; ++i)
    hosts.push_back(
        std::make_unique<RunningHost>(project, run_of({"-j", "2", "-x", "ends_worker", "-o", "junit"})));
  for (auto& host : hosts) CHECK(host->wait().exit_code == 1);
  std::set<std::string> results;
  size_t runs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(project.folder() / ".e2e/runs")) {
    if (!entry.is_directory() || entry.is_symlink()) continue;
    ++runs;
    std::map<std::string, std::string> outcomes;
    bool is_whole = false;
    std::istringstream lines(
        project.read((".e2e/runs" / entry.path().filename() / "events.ndjson").string()));
    for (std::string line; std::getline(lines, line);) {
      const auto event = nlohmann::json::parse(line);
      if (event["event"] == "test_finished") outcomes[event["test"]] = event["outcome"];
      is_whole = event["event"] == "run_finished";
    }
    CHECK(is_whole);
    results.insert(nlohmann::json(outcomes).dump());
  }
  CHECK(runs == hosts.size());
  CHECK(results.size() == 1);
  // Whichever came last: a whole report, not a mixture.
  CHECK(project.read(".e2e/reports/junit.xml").ends_with("</testsuites>\n"));
}
