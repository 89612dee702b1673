#include "config/plugin_settings.hpp"

#include "e2e_catch.hpp"
#include "loading.hpp"

using namespace e2e::host;
using e2e::host::testing::Project;
using e2e::host::testing::setting;

namespace {

/// A service whose plugins are that YAML, indented by six.
std::string conf(const std::string& plugins) {
  return "services:\n  users:\n    base_url: http://127.0.0.1:1\n    plugins:" + plugins + "\n";
}

/// The settings of the plugin 'smoke' that is told that.
std::string settings_of(const std::string& value) {
  Project project(conf(" {smoke: " + value + "}"));
  project.variable("TEXT", "a\"b").variable("NUMBER", "7").variable("EMPTY", "");
  return project.load().services.at(0).listing("smoke")->settings;
}

}  // namespace

TEST_CASE("ServiceThatListsNoPluginHasNone", "[plugin_settings]") {
  CHECK(Project("services: {users: {base_url: http://127.0.0.1:1}}").load().services[0].plugins.empty());
  CHECK(Project(conf(" null")).load().services[0].plugins.empty());
  CHECK(Project(conf(" []")).load().services[0].plugins.empty());
}

TEST_CASE("PluginsAreListedWithOrWithoutSettings", "[plugin_settings]") {
  const Config list = Project(conf(" [smoke, fuzz]")).load();
  REQUIRE(list.services[0].plugins.size() == 2);
  CHECK(list.services[0].plugins[0].id == "smoke");
  CHECK(list.services[0].plugins[0].settings == "{}");
  CHECK(list.services[0].plugins[0].origin == "e2e.conf:4");
  CHECK(list.services[0].listing("fuzz") != nullptr);
  CHECK(list.services[0].listing("other") == nullptr);

  const Config map = Project(conf("\n      fuzz:\n      smoke: {latency_ms: 200}")).load();
  CHECK(map.services[0].listing("fuzz")->settings == "{}");
  CHECK(map.services[0].listing("smoke")->settings == R"({"latency_ms":200})");
  CHECK(map.services[0].listing("smoke")->origin == "e2e.conf:6");
  CHECK(setting(map, "services.users.plugins.smoke") == R"({"latency_ms":200} (e2e.conf:6))");
}

TEST_CASE("SettingsAreTheJsonOfWhatYamlSays", "[plugin_settings]") {
  CHECK(settings_of("5") == "5");
  CHECK(settings_of("[1, -2.5, 1e3, true, False, null, ~, text, '7', \"true\"]") ==
        R"([1,-2.5,1e3,true,false,null,null,"text","7","true"])");
  CHECK(settings_of("{/a~b: {x: []}, list: [{y: 1}]}") == R"({"/a~b":{"x":[]},"list":[{"y":1}]})");
  // What YAML 1.2 or JSON does not take for a number or a truth is text.
  CHECK(settings_of("[yes, 007, 0x10, .5, 5., +5, -, .inf, 1e999]") ==
        R"(["yes","007","0x10",".5","5.","+5","-",".inf","1e999"])");
}

TEST_CASE("VariablesArePutInBeforeTheValueIsTyped", "[plugin_settings]") {
  CHECK(settings_of("['${TEXT}', '${NUMBER}', \"x${NUMBER}\", '$$5']") == R"(["a\"b","7","x7","$5"])");
  CHECK(Project(conf("\n      smoke:\n        a: ${UNSET:-300}")).load().services[0].plugins[0].settings ==
        R"({"a":300})");
  CHECK(Project(conf("\n      smoke:\n        a: ${UNSET}")).error() ==
        "e2e.conf:6:12: error: environment variable 'UNSET' is not set\n"
        "    6 |         a: ${UNSET}\n"
        "      |            ^~~~~~~~\n"
        "hint: set it, or give a default: ${UNSET:-default}");
}

TEST_CASE("SettingThatNamesTheWorkerIsRefused", "[plugin_settings]") {
  CHECK(
      Project(conf("\n      smoke: {a: 'x${worker.index}'}")).error() ==
      "e2e.conf:5:18: error: a plugin's setting must not name the worker: its tests are made before there is "
      "one\n"
      "    5 |       smoke: {a: 'x${worker.index}'}\n"
      "      |                  ^~~~~~~~~~~~~~~~~~\n"
      "hint: in a test, page.worker_index() says which worker runs it");
}

TEST_CASE("PlacesOfSettingsAreKept", "[plugin_settings]") {
  const Config config =
      Project(conf("\n      smoke:\n        a:\n          - x: 1\n            b/c: 2")).load();
  const auto& places = config.services[0].plugins[0].places;
  CHECK(places.at("/a") == "e2e.conf:6");
  CHECK(places.at("/a/0/x") == "e2e.conf:7");
  CHECK(places.at("/a/0/b~1c") == "e2e.conf:8");
}

TEST_CASE("CredentialsInSettingsAreNotShown", "[plugin_settings]") {
  Project project(conf("\n      smoke: {headers: {Authorization: secret1, Accept: a}, token: '${TOKEN}'}"));
  project.variable("TOKEN", "secret2");
  const Config config = project.load();
  CHECK(config.services[0].plugins[0].settings ==
        R"({"headers":{"Authorization":"secret1","Accept":"a"},"token":"secret2"})");
  CHECK(setting(config, "services.users.plugins.smoke") ==
        R"({"headers":{"Authorization":"***","Accept":"a"},"token":"${TOKEN}"} (e2e.conf:5))");
}

TEST_CASE("EnvironmentAndOptionChangeASetting", "[plugin_settings]") {
  Project project(conf(" {smoke: {a: 1, b: 2}}") +
                  "environments:\n  staging: {services: {users: {plugins: {smoke: {b: 3}}}}}\n");
  project.sources().environment = "staging";
  project.set("services.users.plugins.smoke.c=4");
  CHECK(project.load().services[0].plugins[0].settings == R"({"a":1,"b":3,"c":4})");
}

TEST_CASE("ListingThatIsNoneIsRefused", "[plugin_settings]") {
  CHECK(Project(conf(" smoke")).error() ==
        "e2e.conf:4:14: error: plugins must be a list of plugins' ids, or a map of ids to settings, not "
        "'smoke'\n"
        "    4 |     plugins: smoke\n"
        "      |              ^~~~~\n"
        "hint: for example: plugins: [smoke]");
  CHECK(Project(conf(" [smoke, smoke]")).error() ==
        "e2e.conf:4:22: error: plugin 'smoke' is listed twice\n"
        "    4 |     plugins: [smoke, smoke]\n"
        "      |                      ^~~~~");
  CHECK(Project(conf(" [a/b]")).error().find("a plugin's id must be") != std::string::npos);
  CHECK(Project(conf(" [{smoke: 1}]")).error().find("a plugin's id must be a text, not a map") !=
        std::string::npos);
}

TEST_CASE("SettingsLargerThanTheLimitAreRefused", "[plugin_settings]") {
  // A hundred copies of what is written once.
  const std::string text = "\n      smoke:\n        a: &a " +
                           std::string(max_plugin_settings_bytes / 100, 'x') + "\n        b: [" +
                           [] {
                             std::string copies;
                             for (int i = 0; i < 100; ++i) copies += "*a, ";
                             return copies;
                           }() +
                           "]";
  CHECK(
      Project(conf(text)).error().find("settings of a plugin must be at most 1048576 bytes as JSON, not ") !=
      std::string::npos);
}
