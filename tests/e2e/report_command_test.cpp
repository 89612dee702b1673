// `e2e-host report`: runs shown again, whole ones, killed ones and several as one.
#include <csignal>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
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

HostRun run_equality(const Project& project, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"run", "--plugins", test_plugin("equality.so"), "--plugins",
                                        test_plugin("family.so")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string journal_of(const HostRun& run) {
  std::ostringstream text;
  text << std::ifstream(run.run_folder / "events.ndjson", std::ios::binary).rdbuf();
  return text.str();
}

/// What only the run itself tells: the command that runs again what failed.
std::string without_again(std::string out) {
  const std::string line = "\n   again: e2e-host run --last-failed";
  const size_t at = out.find(line);
  CHECK(at != std::string::npos);
  if (at != std::string::npos) out.erase(at, out.find('\n', at + 1) - at);
  return out;
}

}  // namespace

TEST_CASE("ReplayedReportsAreThoseOfTheRun") {
  const Project project(config);
  const HostRun run = run_equality(project, {"-j", "4", "--parallel-mode", "test", "--retries", "1", "-o",
                                             "html", "-o", "junit", "-o", "json", "-o", "ndjson"});
  CHECK(run.exit_code == 1);
  const HostRun again = run_host(project, {"report", "latest", "--report-dir", "again", "-o", "html", "-o",
                                           "junit", "-o", "json", "-o", "ndjson"});
  CHECK(again.exit_code == 1);
  CHECK(again.events.empty());
  for (const char* name : {"report.html", "junit.xml", "report.json", "events.ndjson"}) {
    INFO(name);
    const std::string live = project.read(std::string(".e2e/reports/") + name);
    CHECK(live.size() > 1000);
    CHECK((project.read(std::string("again/") + name) == live));
  }
  CHECK(again.out.find("\n   html: again/report.html\n") != std::string::npos);
  // The console is the same but for where the reports are.
  CHECK(without_again(run.out).substr(0, without_again(run.out).find("\n   html:")) ==
        again.out.substr(0, again.out.find("\n   html:")));
}

TEST_CASE("ARunIsNamedByIdFolderOrJournal") {
  const Project project(config);
  const HostRun run = run_equality(project, {"03_endings"});
  const std::string name = run.run_folder.filename().string();
  for (const std::string& word : std::vector<std::string>{
           "latest", name, run.all("run_started").at(0)["run_id"], run.run_folder.string(),
           ".e2e/runs/" + name, (run.run_folder / "events.ndjson").string()}) {
    INFO(word);
    const HostRun again = run_host(project, {"report", word});
    CHECK(again.exit_code == run.exit_code);
    CHECK(again.out == without_again(run.out));
  }
  CHECK(run_host(project, {"report", "latest", "-q"}).out.find("\n✗ 1 of 1 service failed") !=
        std::string::npos);
}

TEST_CASE("ARunThatThereIsNotIsAMistakeOfUse") {
  const Project project(config);
  CHECK(run_host(project, {"report", "latest"}).exit_code == 2);
  fs::create_directories(project.folder() / "empty");
  project.write("no.ndjson", "hello\n");
  const HostRun none = run_host(project, {"report", "nowhere", "empty"});
  CHECK(none.exit_code == 2);
  CHECK(none.err == "error: there is no run 'nowhere'\nhint: a run is `latest`, a name in " +
                        (project.folder() / ".e2e/runs").string() +
                        ", a run's folder, or a journal\n"
                        "error: the folder empty is no run's: it has no events.ndjson\n"
                        "hint: a run's folder is one of .e2e/runs\n");
  CHECK(run_host(project, {"report", "no.ndjson"}).err ==
        "error: no.ndjson is no journal of a run: line 1: it is no JSON object\n"
        "hint: a run's journal is events.ndjson in its folder\n");
  CHECK(run_host(project, {"report"}).exit_code == 2);
}

TEST_CASE("AKilledRunIsShown") {
  const Project project(config);
  RunningHost host(project, {"run", "--plugins", test_plugin("verdicts.so"), "01_endings", "02_hangs"});
  host.wait_for_event("attempt_started", "verdicts::02_hangs::hangs");
  host.signal(SIGSTOP);
  const HostRun alive = run_host(project, {"report", "latest", "-o", "json"});
  CHECK(alive.exit_code == 4);
  CHECK(alive.err == "note: the run latest is still going on: this is what is known of it so far\n");
  CHECK(alive.out.find("the run is still going on") != std::string::npos);
  host.signal(SIGKILL);
  const HostRun killed = host.wait();
  const HostRun shown = run_host(project, {"report", "latest", "-o", "json", "-o", "junit", "-o", "html"});
  CHECK(shown.exit_code == 4);
  CHECK(shown.err.empty());
  CHECK(shown.out.find("not run") != std::string::npos);
  const json report = json::parse(project.read(".e2e/reports/report.json"));
  CHECK(report["run"]["is_complete"] == false);
  CHECK(report["run"]["stopped_by"] == "the host's death");
  std::set<std::string> outcomes;
  for (const json& test : report["tests"]) {
    const std::string id = test["id"], told = killed.outcome(id);
    INFO(id);
    CHECK(test["outcome"] == (told.empty() ? "not_run" : told));
    if (id == "verdicts::02_hangs::hangs") CHECK(test["attempts"].back()["status"] == "interrupted");
  }
}

TEST_CASE("AJournalCutBehindAnyLineIsShown") {
  const Project project(config);
  const HostRun run = run_equality(project, {"-j", "2", "--retries", "1"});
  const std::vector<std::string> lines = lines_of(journal_of(run));
  REQUIRE(lines.size() > 20);
  std::string text;
  for (size_t count = 1; count <= lines.size(); ++count) {
    CAPTURE(count);
    text += lines[count - 1] + "\n";
    project.write("cut.ndjson", text + "{\"seq\":");
    const HostRun shown = run_host(project, {"report", "cut.ndjson", "-q", "-o", "json=cut.json"});
    CHECK(shown.exit_code == (count == lines.size() ? run.exit_code : 4));
    std::set<std::string> finished;
    for (size_t i = 0; i < count; ++i)
      if (const json event = json::parse(lines[i]); event["event"] == "test_finished")
        finished.insert(event["test"].get<std::string>());
    const json report = json::parse(project.read("cut.json"));
    for (const json& test : report["tests"])
      if (finished.count(test["id"]) > 0) CHECK(test["outcome"] == run.outcome(test["id"]));
  }
}

TEST_CASE("ShardsAndRerunsAreOneReport") {
  const Project project(config);
  CHECK(run_equality(project, {"--shard", "1/2"}).exit_code >= 0);
  const HostRun one = run_equality(project, {"--shard", "1/2"});
  const HostRun two = run_equality(project, {"--shard", "2/2"});
  const HostRun whole = run_equality(project, {});
  const HostRun merged = run_host(project, {"report", two.run_folder.string(), one.run_folder.string(), "-o",
                                            "json", "-o", "junit", "-o", "html"});
  const json report = json::parse(project.read(".e2e/reports/report.json"));
  REQUIRE(report["tests"].size() == whole.all("run_started").at(0)["tests"].size());
  for (size_t i = 0; i < report["tests"].size(); ++i) {
    CHECK(report["tests"][i]["id"] == whole.all("run_started").at(0)["tests"][i]["id"]);
    CHECK(report["tests"][i]["outcome"] == whole.outcome(report["tests"][i]["id"]));
  }
  CHECK(merged.exit_code == 1);

  const HostRun rerun = run_host(project, {"report", whole.run_folder.string(), one.run_folder.string(),
                                           two.run_folder.string(), "-o", "json=rerun.json"});
  const json merged_again = json::parse(project.read("rerun.json"));
  for (const json& test : merged_again["tests"])
    if (whole.outcome(test["id"]) == "failed") CHECK(test["attempts"].size() >= 2);
  CHECK(rerun.exit_code == 1);
}
