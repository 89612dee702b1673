// Plugins for any service: one beside the services' own plugins, its settings, and what is refused.
#include <algorithm>
#include <e2e_catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "host_run.hpp"

using namespace e2e_test;

namespace {

using Words = std::vector<std::string>;

Words with_plugins(Words words) {
  for (const char* plugin : {"any.so", "first.so", "second.so"}) {
    words.push_back("--plugins");
    words.push_back(test_plugin(plugin));
  }
  return words;
}

/// Both services list the plugin, and the second is not to be tested in parallel.
const char* const both = R"(limits: {grace_period: 200}
services:
  first:
    base_url: http://127.0.0.1:9
    plugins:
      first: {limit: 3}
      any:
        tests: [one, two, breaks]
  second:
    base_url: http://127.0.0.1:9
    parallel: false
    plugins: {any: {tests: [three]}}
)";

/// A service that lists the plugin with these settings.
std::string told(const std::string& settings) {
  return "services:\n  first:\n    base_url: http://127.0.0.1:9\n    plugins:\n      any: " + settings +
         "\n  second: {base_url: http://127.0.0.1:9, plugins: [any]}\n";
}

const char* const expected =
    R"(first::01_owned::sets passed [passed] 
first::01_owned::has_its_own_login passed [passed] 
first::01_owned::fails failed [failed] 
first::01_owned::reads_what_any_has_made passed [passed] 
first::01_owned::knows_its_settings passed [passed] 
first::02_any::makes passed [passed] 
first::02_any::reads_what_the_service_has_set passed [passed] 
first::02_any::waits_for_a_failure skipped [] depends on first::01_owned::fails, which failed
first::02_any::comes_last passed [passed] 
first::02_any::one passed [passed] 
first::02_any::two passed [passed] 
first::02_any::breaks failed [failed] 
second::01_owned::sets passed [passed] 
second::01_owned::has_its_own_login passed [passed] 
second::01_owned::fails failed [failed] 
second::01_owned::reads_what_any_has_made passed [passed] 
second::01_owned::knows_its_settings passed [passed] 
second::02_any::makes passed [passed] 
second::02_any::reads_what_the_service_has_set passed [passed] 
second::02_any::waits_for_a_failure skipped [] depends on second::01_owned::fails, which failed
second::02_any::comes_last passed [passed] 
second::02_any::three passed [passed] 
)";

/// The most attempts of a service that ran at once, by the order of events.
int most_at_once(const HostRun& run, const std::string& service) {
  int running = 0, most = 0;
  for (const auto& event : run.events) {
    if (event.value("test", "").rfind(service + "::", 0) != 0) continue;
    if (event["event"] == "attempt_started") most = std::max(most, ++running);
    if (event["event"] == "attempt_finished") --running;
  }
  return most;
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("PluginForAnyServiceRunsBesideTheServicesOwnInAllCellsAtAnyWorkerCount") {
  const Project project(both);
  for (const char* isolation : {"process", "service", "none"})
    for (const char* mode : {"service", "test"})
      for (const char* workers : {"1", "4"}) {
        INFO(isolation << " " << mode << " " << workers);
        const HostRun run = run_host(
            project, with_plugins({"run", "--isolation", isolation, "--parallel-mode", mode, "-j", workers}));
        CHECK(run.exit_code == 1);
        CHECK(run.outcomes() == expected);
        CHECK(run.all("trouble").empty());
        CHECK(run.all("fixture_failed").empty());
        CHECK(most_at_once(run, "second") == 1);
        // A line a service, whatever the number of its plugins.
        CHECK(count(run.out, "\n✗ first ") == 1);
        CHECK(count(run.out, "\n✗ second ") == 1);
      }
}

TEST_CASE("PluginForAnyServiceIsListedForEachServiceThatListsIt") {
  const Project project(both);
  const HostRun text = run_host(project, with_plugins({"list", "-t", "made"}));
  CHECK(text.exit_code == 0);
  CHECK(text.out ==
        "first::02_any::one  #made  tests/plugins/any/02_any.cpp:18\n"
        "first::02_any::two  #made  tests/plugins/any/02_any.cpp:18\n"
        "first::02_any::breaks  #made  tests/plugins/any/02_any.cpp:18\n"
        "second::02_any::three  #made  tests/plugins/any/02_any.cpp:18\n"
        "4 tests\n");
  const HostRun json = run_host(project, with_plugins({"list", "--json", "second::02_any::three"}));
  CHECK(nlohmann::json::parse(json.out).at(0).at("plugin") == test_plugin("any.so").string());
  const HostRun facts = run_host(project, {"inspect", test_plugin("any.so")});
  CHECK(facts.out.find("\n  service    any that lists it: services: {NAME: {plugins: [any]}}\n") !=
        std::string::npos);
}

TEST_CASE("TestsMadeFromSettingsFollowThemInEveryRun") {
  const Project project(told("{tests: [one]}"));
  CHECK(run_host(project, with_plugins({"list", "-t", "made"})).out.find("first::02_any::one ") == 0);
  project.write("e2e.conf", told("{tests: [other]}"));
  CHECK(run_host(project, with_plugins({"list", "-t", "made"})).out.find("first::02_any::other ") == 0);
  const HostRun set = run_host(
      project, with_plugins({"list", "-t", "made", "--set", "services.first.plugins.any.tests=[third]"}));
  CHECK(set.out.find("first::02_any::third ") == 0);
}

TEST_CASE("PluginThatNoServiceListsIsPassedOverAndDebugSaysSo") {
  const Project project("services: {verdicts: {base_url: http://127.0.0.1:9}}");
  const HostRun run = run_host(project, {"run", "-d", "passes_first", "--plugins", test_plugin("verdicts.so"),
                                         "--plugins", test_plugin("any.so")});
  CHECK(run.exit_code == 0);
  CHECK(run.outcomes() == "verdicts::01_endings::passes_first passed [passed] \n");
  CHECK(run.err.find("any.so: is for any service, and no service lists 'any' under plugins") !=
        std::string::npos);
}

TEST_CASE("TwoPluginsOfOneIdAreRefusedForAService") {
  const Project project(told("{}"));
  std::filesystem::copy_file(test_plugin("any.so"), project.folder() / "copy.so");
  Words words = with_plugins({"list"});
  words.insert(words.end(), {"--plugins", "copy.so"});
  const HostRun run = run_host(project, words);
  CHECK(run.exit_code == 2);
  CHECK(run.err.find("any.so and ") != std::string::npos);
  CHECK(run.err.find("copy.so are both the plugin 'any' of the service 'first'; give one another id, or take "
                     "one out") != std::string::npos);
}

TEST_CASE("ListedPluginThatIsNotFoundIsRefusedWithWhatMayHaveBeenMeant") {
  const Project project(
      "services:\n  first:\n    base_url: http://127.0.0.1:9\n    plugins: [anny]\n"
      "  second: {base_url: http://127.0.0.1:9}\n");
  const HostRun run = run_host(project, with_plugins({"run"}));
  CHECK(run.exit_code == 2);
  CHECK(run.err.find("error: e2e.conf:4: service 'first' lists the plugin 'anny', which is not in ") == 0);
  CHECK(run.err.find("; did you mean 'any'?\nhint: build it, or say where it is: --plugins PATH, "
                     "$E2E_PLUGIN_PATH, or plugins: {paths: [PATH]} in e2e.conf\n") != std::string::npos);
  CHECK(run.events.empty());
}

TEST_CASE("SettingsThatAPluginRefusesEndTheRunWithTheirPlaces") {
  const Project project(
      told("\n        reject:\n          /reject: must be left out\n          /tests: has to be there"));
  const HostRun run = run_host(project, with_plugins({"run"}));
  CHECK(run.exit_code == 2);
  CHECK(run.err ==
        "error: e2e.conf:6: services.first.plugins.any.reject: must be left out\n"
        "error: e2e.conf:5: services.first.plugins.any.tests: has to be there\n");
  CHECK(run.events.empty());
  // A mistake that the plugin made no sentence for is no crash either.
  project.write("e2e.conf", told("{wants_text: 5}"));
  const HostRun typed = run_host(project, with_plugins({"run"}));
  CHECK(typed.exit_code == 2);
  CHECK(typed.err ==
        "error: e2e.conf:5: services.first.plugins.any: the settings: the value at /wants_text is an "
        "integer, not a "
        "string; it is 5 (tests/plugins/any/02_any.cpp:15)\n");
}

TEST_CASE("PluginThatThrowsWhileItMakesTestsCannotBeUsed") {
  const Project project(told("{throws: true}"));
  const HostRun run = run_host(project, with_plugins({"run"}));
  CHECK(run.exit_code == 4);
  CHECK(run.err.find("any.so: its init() failed: unexpected std::runtime_error: it throws in init") !=
        std::string::npos);
}
