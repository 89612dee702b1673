// What `list` and `inspect` show, for people and as JSON.
#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;
using nlohmann::json;

const char* const config =
    "services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n  equality: {base_url: "
    "\"http://127.0.0.1:9\"}\n"
    "  family: {base_url: \"http://127.0.0.1:9\"}\n";

HostRun list(const Project& project, const Words& more) {
  Words words = {"list"};
  for (const char* plugin : {"verdicts.so", "equality.so", "family.so"})
    words.insert(words.end(), {"--plugins", test_plugin(plugin)});
  words.insert(words.end(), more.begin(), more.end());
  return run_host(project, words);
}

json listed(const Project& project, Words more) {
  more.emplace_back("--json");
  const HostRun run = list(project, more);
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  return json::parse(run.out);
}

std::string names(const json& tests) {
  std::string all;
  for (const auto& test : tests) all += (all.empty() ? "" : " ") + test["name"].get<std::string>();
  return all;
}

std::set<std::string> members(const json& object) {
  std::set<std::string> all;
  for (const auto& item : object.items()) all.insert(item.key());
  return all;
}

}  // namespace

TEST_CASE("ListedTestHasTheDocumentedMembers") {
  const Project project(config);
  const json tests =
      listed(project, {"aborts", "reads_from_afar", "passes_at_the_second_attempt", "02_hangs::hangs"});
  REQUIRE(tests.is_array());
  for (const auto& test : tests)
    CHECK(members(test) == std::set<std::string>{"id", "service", "module", "name", "file", "line",
                                                 "priority", "tags", "depends_on", "timeout_ms", "retries",
                                                 "plugin"});
  const auto named = [&](const std::string& name) {
    for (const auto& test : tests)
      if (test["name"] == name) return test;
    return json();
  };
  const json aborts = named("aborts");
  CHECK(aborts["id"] == "equality::03_endings::aborts");
  CHECK(aborts["service"] == "equality");
  CHECK(aborts["module"] == "03_endings");
  CHECK(aborts["priority"] == "normal");
  CHECK(aborts["tags"] == json::array({"ends_worker"}));
  CHECK(aborts["depends_on"] == json::array());
  CHECK(aborts["retries"].is_null());
  CHECK(fs::path(aborts["file"].get<std::string>()).filename() == "03_endings.cpp");
  CHECK(aborts["line"].get<int>() > 0);
  CHECK(fs::path(aborts["plugin"].get<std::string>()).filename() == "equality.so");
  CHECK(named("reads_from_afar")["priority"] == "critical");
  CHECK(named("reads_from_afar")["depends_on"] == json::array({"equality::02_hand_on::reads"}));
  CHECK(named("passes_at_the_second_attempt")["retries"] == 2);
  CHECK(named("hangs")["timeout_ms"] == 200);
  CHECK(named("passes_at_the_second_attempt")["timeout_ms"].is_null());
}

TEST_CASE("ListIsOfWhatARunWouldRunInItsOrder") {
  const Project project(config);
  CHECK(names(listed(project, {"depends_on_that_in_turn", "-s", "verdicts"})) ==
        "fails depends_on_a_failure depends_on_that_in_turn");
  CHECK(names(listed(project, {"depends_on_that_in_turn", "--service", "verdicts", "--no-deps"})) ==
        "depends_on_that_in_turn");
  CHECK(names(listed(project, {"--module", "04_after_all_that", "--no-deps"})) ==
        "still_knows_its_fixtures still_reads");
  CHECK(names(listed(project, {"-s", "equality", "-m", "03_endings", "--tag", "ends_worker", "--no-deps",
                               "aborts", "prints"})) == "aborts");
  CHECK(names(listed(project, {"-s", "equality", "-m", "03_endings", "--exclude-tag", "ends_worker",
                               "--no-deps", "aborts", "prints"})) == "prints");
  CHECK(listed(project, {}).size() > 40);
}

TEST_CASE("ListTakesTheConfigAsARunDoes") {
  const Project project(config);
  project.write("other.conf", "services: {}\n");
  CHECK(list(project, {"-c", "other.conf"}).exit_code == 2);
  CHECK(list(project, {"--set", "general.retires=1"}).exit_code == 2);
  CHECK(list(project, {"--set", "general.retries=1", "skips"}).exit_code == 0);
  project.write("env.conf", std::string(config) + "environments: {staging: {}}\n");
  CHECK(list(project, {"-c", "env.conf", "-e", "staging", "skips"}).exit_code == 0);
  CHECK(list(project, {"-c", "env.conf", "-e", "elsewhere", "skips"}).exit_code == 2);
}

TEST_CASE("ListForPeopleIsALineATest") {
  const Project project(config);
  const HostRun run = list(project, {"03_endings::aborts", "reads_from_afar", "--no-deps"});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  const json tests = listed(project, {"03_endings::aborts", "reads_from_afar", "--no-deps"});
  const auto place = [&](size_t index) {
    return tests.at(index)["file"].get<std::string>() + ":" + tests[index]["line"].dump();
  };
  CHECK(run.out == "equality::02_hand_on::reads_from_afar  critical  after equality::02_hand_on::reads  " +
                       place(0) + "\nequality::03_endings::aborts  #ends_worker  " + place(1) +
                       "\n2 tests\n");
  CHECK(list(project, {"skips", "-s", "verdicts"}).out.find("\n1 test\n") != std::string::npos);
}

TEST_CASE("ListRunsNothingAndLeavesNoRun") {
  const Project project(config);
  CHECK(list(project, {}).exit_code == 0);
  CHECK_FALSE(fs::exists(project.folder() / ".e2e" / "runs"));
}

TEST_CASE("EmptyListIsNoError") {
  const Project project(config);
  const HostRun run = list(project, {"-m", "01_endings", "fails", "-s", "verdicts"});
  CHECK(run.exit_code == 0);
  CHECK(run.out == "0 tests\n");
  CHECK(listed(project, {"-m", "01_endings", "fails", "-s", "verdicts"}) == json::array());
}

TEST_CASE("InspectedPluginHasTheDocumentedMembers") {
  const Project project(config);
  const fs::path plugin = test_plugin("verdicts.so");
  const HostRun run = run_host(project, {"inspect", "--json", plugin});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  const json plugins = json::parse(run.out);
  REQUIRE(plugins.size() == 1);
  CHECK(members(plugins[0]) == std::set<std::string>{"path", "id", "service", "version", "abi", "sdk", "cxx",
                                                     "stdlib", "sanitizer", "build_id", "content_hash",
                                                     "size", "needed"});
  CHECK(plugins[0]["path"] == plugin.string());
  CHECK(plugins[0]["id"] == "verdicts");
  CHECK(plugins[0]["service"] == "verdicts");
  CHECK(plugins[0]["abi"] == "1.0");
  CHECK(plugins[0]["size"] == fs::file_size(plugin));
  CHECK(plugins[0]["content_hash"].get<std::string>().size() == 32);
  const auto& needed = plugins[0]["needed"];
  CHECK(std::find(needed.begin(), needed.end(), "libc.so.6") != needed.end());
}

TEST_CASE("InspectForPeopleShowsTheSame") {
  const Project project(config);
  const fs::path plugin = test_plugin("verdicts.so");
  const json facts = json::parse(run_host(project, {"inspect", "--json", plugin}).out).at(0);
  const HostRun run = run_host(project, {"inspect", plugin});
  CHECK(run.exit_code == 0);
  CHECK(run.out.rfind(plugin.string() + "\n  id         verdicts\n  service    verdicts\n", 0) == 0);
  for (const char* member : {"version", "abi", "sdk", "stdlib", "build_id", "content_hash"}) {
    INFO(member);
    CHECK(run.out.find(facts[member].get<std::string>()) != std::string::npos);
  }
  CHECK(run.out.find("  size       " + facts["size"].dump() + " bytes\n") != std::string::npos);
}

TEST_CASE("SeveralFilesAreInspectedAndBadOnesCostTheOthersNothing") {
  const Project project(config);
  const fs::path good = test_plugin("verdicts.so"), other = test_plugin("family.so");
  const HostRun run = run_host(project, {"inspect", "--json", good, "nowhere.so", other, "e2e.conf"});
  CHECK(run.exit_code == 4);
  const json plugins = json::parse(run.out);
  REQUIRE(plugins.size() == 2);
  CHECK(plugins[1]["id"] == "family");
  CHECK(run.err ==
        "error: nowhere.so: cannot be opened: No such file or directory\n"
        "error: e2e.conf: not a plugin: it is not an ELF file\n");
}

TEST_CASE("InspectNeedsNoProject") {
  const Project project("this: is: no config");
  CHECK(run_host(project, {"inspect", test_plugin("verdicts.so")}).exit_code == 0);
}
