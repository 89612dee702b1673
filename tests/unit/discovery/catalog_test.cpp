#include "discovery/catalog.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/fatal.hpp"
#include "e2e_catch.hpp"
#include "elf_forgery.hpp"

using namespace e2e::host;
using namespace e2e::host::elf_test;
namespace fs = std::filesystem;

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A test of module m in m.cpp, at a line of its own.
DescribedTest test(const std::string& name, Pairs annotations = {}, const std::string& module = "m") {
  static uint32_t line = 0;
  return {module, name, module + ".cpp", ++line, std::move(annotations)};
}

DescribedTest depending(const std::string& name, const std::string& on, const std::string& module = "m") {
  return test(name, {{"depends_on", on}}, module);
}

/// A project with plugin files, whose code a fake answers for.
class Project {
 public:
  /// A plugin in the project's folder of plugins. `id` keeps two of the same service apart.
  fs::path add(const std::string& service, std::vector<DescribedTest> tests,
               const std::string& id = "plugin") {
    const fs::path file = plugins() / (service == "*" ? "any-" + id + ".so" : service + "-" + id + ".so");
    fs::create_directories(plugins());
    Forgery forgery(stub("sound.so"));
    forgery.replace_notes(plugin_note_bytes("abi=1.0\nid=" + id + "\nservice=" + service + "\n"));
    forgery.write_to(file);
    answers[file.string()] = DescribedPlugin{false, std::move(tests)};
    if (service != "*" && config.service(service) == nullptr) {
      ServiceConfig settings;
      settings.name = service;
      settings.base_url = "http://127.0.0.1:9";
      config.services.push_back(settings);
    }
    return file;
  }

  Catalog discover() {
    config.project = folder_.path();
    config.file = folder_.path() / "e2e.conf";
    if (config.plugin_paths.empty()) config.plugin_paths = {plugins()};
    asked.clear();
    asked_settings.clear();
    return e2e::host::discover(config, {folder_.path() / "cache", installed()},
                               [this](const std::vector<DescribeRequest>& all) {
                                 std::vector<Description> described;
                                 for (const auto& request : all) {
                                   asked.push_back(request.plugin_path);
                                   asked_settings.push_back(request.settings);
                                   described.push_back(answers.at(request.plugin_path));
                                 }
                                 return described;
                               });
  }

  /// The text of the Fatal that discovery ends with; the plugins' folder is "P", that of
  /// installed ones "I".
  std::string refusal(ExitCode code) {
    try {
      discover();
    } catch (const Fatal& fatal) {
      CHECK(fatal.code() == code);
      std::string text = fatal.what();
      for (const auto& [folder, name] :
           {std::pair(plugins().string(), "P"), std::pair(installed().string(), "I")})
        for (size_t at = 0; (at = text.find(folder)) != std::string::npos;)
          text.replace(at, folder.size(), name);
      return text;
    }
    return "nothing was refused";
  }

  [[nodiscard]] fs::path plugins() const { return folder_.path() / "plugins"; }
  [[nodiscard]] fs::path installed() const { return folder_.path() / "installed"; }

  /// The service lists the plugin, in line 7.
  void list(const std::string& service, const std::string& id, const std::string& settings = "{}") {
    for (auto& candidate : config.services)
      if (candidate.name == service) candidate.plugins.push_back({id, settings, "e2e.conf:7", {}});
  }

  Config config;
  std::map<std::string, Description> answers;
  std::vector<std::string> asked, asked_settings;

 private:
  TemporaryFolder folder_;
};

std::vector<std::string> ids(const Catalog& catalog) {
  std::vector<std::string> all;
  for (const auto& test : catalog.tests) all.push_back(test.info.id);
  return all;
}

/// What the test of that id depends on.
std::vector<std::string> dependencies(const Catalog& catalog, const std::string& id) {
  for (const auto& test : catalog.tests)
    if (test.info.id == id) {
      std::vector<std::string> all;
      for (const uint32_t index : test.depends_on) all.push_back(catalog.tests.at(index).info.id);
      CHECK(all == test.info.depends_on);
      return all;
    }
  FAIL("no test " + id);
  return {};
}

std::string where(const Project& project, const std::string& file, size_t index) {
  const auto& tests = std::get<DescribedPlugin>(project.answers.at(file)).tests;
  return tests.at(index).file + ":" + std::to_string(tests[index].line);
}

}  // namespace

TEST_CASE("TestsComeByServiceModuleAndDeclaration", "[catalog]") {
  Project project;
  project.add("users", {test("z", {}, "02"), test("a", {}, "02"), test("m", {}, "01")});
  project.add("auth", {test("x", {}, "09")});
  const Catalog catalog = project.discover();
  CHECK(ids(catalog) ==
        std::vector<std::string>{"auth::09::x", "users::01::m", "users::02::z", "users::02::a"});
  CHECK(catalog.plugins.at(catalog.tests[0].plugin).service == "auth");
  CHECK(catalog.plugins.at(catalog.tests[3].plugin).service == "users");
}

TEST_CASE("TestKnowsWhatItSaidOfItself", "[catalog]") {
  Project project;
  project.add("users",
              {test("a", {{"tag", "smoke"}, {"priority", "high"}, {"timeout_ms", "5"}, {"retries", "1"}})});
  const Catalog catalog = project.discover();
  REQUIRE(catalog.tests.size() == 1);
  const CatalogTest& found = catalog.tests[0];
  CHECK(found.info.service == "users");
  CHECK(found.info.module == "m");
  CHECK(found.info.name == "a");
  CHECK(found.info.file == "m.cpp");
  CHECK(found.info.tags == std::vector<std::string>{"smoke"});
  CHECK(found.info.priority == "high");
  CHECK(found.priority == Priority::high);
  CHECK(found.info.timeout_ms == 5);
  CHECK(found.info.max_attempts == 2);
  CHECK(catalog.plugins[0].list_fingerprint == fingerprint(catalog.plugins[0].described.tests));
}

TEST_CASE("DependencyIsLookedForInTheModuleThenTheServiceThenAsAnId", "[catalog]") {
  Project project;
  project.add(
      "a", {test("x"), test("x", {}, "n"), depending("in_module", "x"), depending("in_service", "only_in_n"),
            test("only_in_n", {}, "n"), depending("by_module", "n::x"), depending("by_id", "a::n::x"),
            depending("elsewhere", "b::m::x")});
  project.add("b", {test("x")});
  const Catalog catalog = project.discover();
  CHECK(dependencies(catalog, "a::m::in_module") == std::vector<std::string>{"a::m::x"});
  CHECK(dependencies(catalog, "a::m::in_service") == std::vector<std::string>{"a::n::only_in_n"});
  CHECK(dependencies(catalog, "a::m::by_module") == std::vector<std::string>{"a::n::x"});
  CHECK(dependencies(catalog, "a::m::by_id") == std::vector<std::string>{"a::n::x"});
  CHECK(dependencies(catalog, "a::m::elsewhere") == std::vector<std::string>{"b::m::x"});
}

TEST_CASE("NameOfAnotherServicesTestIsNoDependency", "[catalog]") {
  Project project;
  const fs::path file = project.add("a", {depending("t", "only_in_b")});
  project.add("b", {test("only_in_b")});
  CHECK(project.refusal(ExitCode::usage) ==
        "error: " + where(project, file, 0) + ": test a::m::t depends on 'only_in_b', which does not exist");
}

TEST_CASE("UnknownDependencyIsNamedWithWhatMayHaveBeenMeant", "[catalog]") {
  Project project;
  const fs::path file =
      project.add("a", {test("creates"), depending("reads", "create"), depending("x", "a::m::reds")});
  CHECK(project.refusal(ExitCode::usage) ==
        "error: " + where(project, file, 1) +
            ": test a::m::reads depends on 'create', which does not exist; did you mean 'creates'?\nerror: " +
            where(project, file, 2) +
            ": test a::m::x depends on 'a::m::reds', which does not exist; did you mean 'a::m::reads'?");
}

TEST_CASE("AmbiguousDependencyIsRefused", "[catalog]") {
  Project project;
  const fs::path file = project.add(
      "a", {depending("t", "x"), test("x", {}, "n"), test("x", {}, "o"), depending("fine", "o::x")});
  CHECK(project.refusal(ExitCode::usage) ==
        "error: " + where(project, file, 0) +
            ": test a::m::t depends on 'x', which several modules of a have; write module::x");
}

TEST_CASE("TestThatExistsTwiceIsRefused", "[catalog]") {
  Project project;
  const fs::path file = project.add("a", {test("x"), test("y"), test("x")});
  CHECK(project.refusal(ExitCode::usage) == "error: " + where(project, file, 2) +
                                                ": test a::m::x exists already, at " +
                                                where(project, file, 0) + "; rename one of them");
}

TEST_CASE("NameThatCannotBeSelectedOrShownIsRefused", "[catalog]") {
  const std::string rule = "'; a name is 1 to 200 bytes of printable UTF-8 without '::'";
  const auto refused = [&](const std::string& module, const std::string& name, const std::string& shown) {
    Project project;
    project.add("a", {test(name, {}, module)});
    CHECK(project.refusal(ExitCode::usage) ==
          "error: P/a-plugin.so: describes a test named '" + shown + rule);
  };
  refused("m", "", "m::");
  refused("", "x", "::x");
  refused("m", "a::b", "m::a::b");
  refused("m::n", "a", "m::n::a");
  refused("m", "\x1b[31m", "m::\\x1B[31m");
  refused("m", "a\nb", "m::a\\nb");
  refused("m", "\xff", "m::\\xFF");
  refused("m", "\u202e", "m::\\u{202E}");
  refused("m", std::string(201, 'x'), "m::" + std::string(201, 'x'));
  Project project;
  project.add("a", {test(std::string(200, 'x')), test("with spaces and \u00e4")});
  CHECK(project.discover().tests.size() == 2);
}

TEST_CASE("PlaceOfAStrangersTestIsShownHarmless", "[catalog]") {
  Project project;
  DescribedTest hostile = test("x");
  hostile.file = "a\x1b[31m.cpp";
  project.add("a", {hostile});
  CHECK(project.discover().tests[0].info.file == "a\\x1B[31m.cpp");
}

TEST_CASE("ServiceThatIsNotConfiguredIsRefused", "[catalog]") {
  Project project;
  project.add("users", {test("x")});
  project.config.services[0].name = "user";
  CHECK(
      project.refusal(ExitCode::usage) ==
      "error: P/users-plugin.so: tests the service 'users', which e2e.conf does not configure; did you mean "
      "'user'?\nhint: add to it: services: {users: {base_url: \"http://127.0.0.1:8080\"}}");
}

TEST_CASE("PluginForAnyServiceRunsForEachThatListsIt", "[catalog]") {
  Project project;
  project.add("a", {test("own", {}, "02")});
  project.add("b", {test("own", {}, "02")});
  project.add("c", {test("own", {}, "02")});
  const fs::path any = project.add("*", {test("any", {}, "01")}, "smoke");
  project.list("c", "smoke", R"({"n":1})");
  project.list("a", "smoke");
  const Catalog catalog = project.discover();
  CHECK(ids(catalog) ==
        std::vector<std::string>{"a::01::any", "a::02::own", "b::02::own", "c::01::any", "c::02::own"});
  const CatalogPlugin& of_c = catalog.plugins.at(catalog.tests[3].plugin);
  CHECK(of_c.file.path == any);
  CHECK(of_c.service == "c");
  CHECK(of_c.settings == R"({"n":1})");
  CHECK(catalog.plugins.at(catalog.tests[0].plugin).settings == "{}");
  CHECK(catalog.passed_over.empty());
}

TEST_CASE("ModuleThatSeveralPluginsHaveIsOrderedByThem", "[catalog]") {
  Project project;
  project.add("*", {test("from_alpha")}, "alpha");
  project.add("*", {test("from_beta")}, "beta");
  project.add("a", {test("z"), test("y")}, "zeta");
  project.list("a", "beta");
  project.list("a", "alpha");
  CHECK(ids(project.discover()) ==
        std::vector<std::string>{"a::m::z", "a::m::y", "a::m::from_alpha", "a::m::from_beta"});
}

TEST_CASE("ServiceMayHaveSeveralPluginsOfItsOwn", "[catalog]") {
  Project project;
  project.add("a", {test("x"), depending("z", "y")}, "one");
  project.add("a", {test("y")}, "two");
  const Catalog catalog = project.discover();
  CHECK(ids(catalog) == std::vector<std::string>{"a::m::x", "a::m::z", "a::m::y"});
  CHECK(dependencies(catalog, "a::m::z") == std::vector<std::string>{"a::m::y"});
}

TEST_CASE("PluginForAnyServiceThatNoneListsIsPassedOver", "[catalog]") {
  Project project;
  project.add("a", {test("x")});
  const fs::path any = project.add("*", {test("y")}, "smoke");
  const Catalog catalog = project.discover();
  CHECK(ids(catalog) == std::vector<std::string>{"a::m::x"});
  CHECK(catalog.passed_over ==
        std::vector<std::string>{any.string() +
                                 ": is for any service, and no service lists 'smoke' under plugins"});
}

TEST_CASE("TwoPluginsOfOneIdAreRefusedForAService", "[catalog]") {
  Project project;
  project.add("*", {test("x")}, "smoke");
  const fs::path own = project.add("a", {test("y")}, "smoke");
  project.add("b", {test("y")}, "smoke");
  project.list("a", "smoke");
  CHECK(project.refusal(ExitCode::usage) ==
        "error: P/a-smoke.so and P/any-smoke.so are both the plugin 'smoke' of the service 'a'; give one "
        "another "
        "id, or take one out");
}

TEST_CASE("TestThatTwoPluginsOfAServiceHaveIsRefused", "[catalog]") {
  Project project;
  const fs::path own = project.add("a", {test("x")}, "own");
  const fs::path any = project.add("*", {test("x")}, "smoke");
  project.list("a", "smoke");
  CHECK(project.refusal(ExitCode::usage) ==
        "error: P/a-own.so and P/any-smoke.so both have the test a::m::x (" + where(project, own, 0) +
            " and " + where(project, any, 0) + "); rename one of them");
}

TEST_CASE("ListedPluginThatIsNowhereIsRefusedWithWhatMayHaveBeenMeant", "[catalog]") {
  Project project;
  project.add("a", {test("x")});
  project.add("*", {test("y")}, "smoke");
  project.list("a", "smok");
  const std::string hint =
      "\nhint: build it, or say where it is: --plugins PATH, $E2E_PLUGIN_PATH, or plugins: {paths: [PATH]} "
      "in "
      "e2e.conf";
  CHECK(project.refusal(ExitCode::usage) ==
        "error: e2e.conf:7: service 'a' lists the plugin 'smok', which is not "
        "in P or I; did you mean 'smoke'?" +
            hint);
  project.config.services[0].plugins[0].id = "weather";
  CHECK(project.refusal(ExitCode::usage) ==
        "error: e2e.conf:7: service 'a' lists the plugin 'weather', which is not in P or I" + hint);
}

TEST_CASE("ListedPluginOfAnotherServiceIsRefused", "[catalog]") {
  Project project;
  project.add("a", {test("x")});
  project.add("b", {test("x")}, "orders");
  project.list("a", "orders");
  CHECK(project.refusal(ExitCode::usage) ==
        "error: e2e.conf:7: service 'a' lists the plugin 'orders', which is for the service 'b' "
        "(P/b-orders.so)");
}

TEST_CASE("ListedPluginThatIsNotBuiltHereIsTakenFromTheInstalledOnes", "[catalog]") {
  Project project;
  project.add("a", {test("x")});
  const fs::path file = project.add("*", {test("y")}, "smoke");
  fs::create_directories(project.installed());
  const fs::path moved = project.installed() / "smoke.so";
  fs::rename(file, moved);
  project.answers[moved.string()] = project.answers[file.string()];
  CHECK(ids(project.discover()) == std::vector<std::string>{"a::m::x"});
  project.list("a", "smoke");
  const Catalog catalog = project.discover();
  CHECK(ids(catalog) == std::vector<std::string>{"a::m::x", "a::m::y"});
  CHECK(catalog.plugins.at(catalog.tests[1].plugin).file.path == moved);
  // One that is built here wins.
  fs::copy_file(moved, file);
  CHECK(project.discover().plugins.at(1).file.path == file);
}

TEST_CASE("InstalledPluginThatCannotBeUsedIsSaidOnce", "[catalog]") {
  Project project;
  project.add("a", {test("x")});
  project.list("a", "smoke");
  fs::create_directories(project.installed());
  std::ofstream(project.installed() / "smoke.so") << "text";
  CHECK(project.refusal(ExitCode::infrastructure) ==
        "error: I/smoke.so: not a plugin: it is not an ELF file");
}

TEST_CASE("PluginWithSettingsIsAskedEachTime", "[catalog]") {
  Project project;
  const fs::path file = project.add("*", {test("x")}, "smoke");
  project.add("a", {});
  project.list("a", "smoke", R"({"n":1})");
  project.discover();
  project.discover();
  CHECK(project.asked == std::vector<std::string>{file.string()});
  CHECK(project.asked_settings == std::vector<std::string>{R"({"n":1})"});
}

TEST_CASE("RefusedSettingIsShownWithItsPlaceInTheConfig", "[catalog]") {
  Project project;
  const fs::path file = project.add("*", {}, "smoke");
  project.add("a", {});
  project.list("a", "smoke", R"({"list":[{"a/b":1}]})");
  project.config.services[0].plugins[0].places = {
      {"", "e2e.conf:8"}, {"/list", "e2e.conf:9"}, {"/list/0/a~1b", "e2e.conf:10"}};
  project.answers[file.string()] = SettingsRefused{{"/list/0/a~1b", "is \x1b[31mwrong"},
                                                   {"/list/0/missing", "is missing"},
                                                   {"", "are wrong"},
                                                   {"odd", "odd"}};
  CHECK(project.refusal(ExitCode::usage) ==
        "error: e2e.conf:10: services.a.plugins.smoke.list[0].a/b: is \\x1B[31mwrong\n"
        "error: e2e.conf:9: services.a.plugins.smoke.list[0].missing: is missing\n"
        "error: e2e.conf:7: services.a.plugins.smoke: are wrong\n"
        "error: e2e.conf:7: services.a.plugins.smoke: odd");
}

TEST_CASE("WhatMakesPluginsUnusableIsSaidAtOnceAndShownHarmless", "[catalog]") {
  Project project;
  const fs::path first = project.add("a", {});
  const fs::path second = project.add("b", {});
  project.add("c", {test("x"), test("x")});
  fs::copy_file(unloadable("newer_minor.so"), project.plugins() / "new.so");
  project.answers[first.string()] = std::string("first: broken");
  project.answers[second.string()] = std::string("second: \x1b[31mbroken");
  CHECK(project.refusal(ExitCode::infrastructure) ==
        "error: P/new.so: needs plugin ABI 1.99, this host offers 1.0: update e2e-host\n"
        "error: first: broken\nerror: second: \\x1B[31mbroken");
}

TEST_CASE("PluginThatHasNotChangedIsAskedOnce", "[catalog]") {
  Project project;
  const fs::path a = project.add("a", {test("x")});
  const fs::path b = project.add("b", {test("y")});
  const auto before = ids(project.discover());
  CHECK(project.asked == std::vector<std::string>{a.string(), b.string()});
  CHECK(ids(project.discover()) == before);
  CHECK(project.asked.empty());
  std::ofstream(b, std::ios::app) << "x";
  project.answers[b.string()] = DescribedPlugin{false, {test("z")}};
  CHECK(ids(project.discover()) == std::vector<std::string>{"a::m::x", "b::m::z"});
  CHECK(project.asked == std::vector<std::string>{b.string()});
}

TEST_CASE("DynamicPluginIsAskedEachTime", "[catalog]") {
  Project project;
  const fs::path file = project.add("a", {});
  project.answers[file.string()] = DescribedPlugin{true, {test("x")}};
  CHECK(ids(project.discover()) == std::vector<std::string>{"a::m::x"});
  project.answers[file.string()] = DescribedPlugin{true, {test("y")}};
  CHECK(ids(project.discover()) == std::vector<std::string>{"a::m::y"});
  CHECK(project.asked.size() == 1);
}

TEST_CASE("UnusablePluginIsAskedAgain", "[catalog]") {
  Project project;
  const fs::path file = project.add("a", {test("x")});
  const Description sound = std::exchange(project.answers[file.string()], std::string("broken"));
  CHECK(project.refusal(ExitCode::infrastructure) == "error: broken");
  project.answers[file.string()] = sound;
  CHECK(project.discover().tests.size() == 1);
}

TEST_CASE("RelativePathCountsFromTheProject", "[catalog]") {
  Project project;
  project.add("a", {test("x")});
  project.config.plugin_paths = {"plugins"};
  CHECK(project.discover().tests.size() == 1);
}

TEST_CASE("DefaultFolderThatIsMissingIsNotBlamedOnTheUser", "[catalog]") {
  Project project;
  project.config.plugin_paths = {project.plugins()};
  project.config.settings = {{"plugins.paths", "build/plugins", "default"}};
  CHECK(project.refusal(ExitCode::infrastructure) ==
        "error: no plugins: P does not exist\nhint: `e2e-host run --build` builds them first, or say "
        "where "
        "they are: --plugins PATH, $E2E_PLUGIN_PATH, or plugins: {paths: [PATH]} in e2e.conf");
  project.config.settings[0].origin = "--plugins";
  CHECK(project.refusal(ExitCode::infrastructure) == "error: P: cannot be opened: No such file or directory");
}
