#include "config/load_config.hpp"

#include <cstdlib>
#include <e2e_catch.hpp>

#include "base/fatal.hpp"
#include "loading.hpp"

using namespace e2e::host;
using testing::Project;
using testing::setting;

TEST_CASE("WithoutAFileThereAreDefaults") {
  Project project;
  const Config config = project.load();
  CHECK(config.file.empty());
  CHECK(config.project == project.folder());
  CHECK(config.environment == "dev");
  CHECK(config.services.empty());
  CHECK(config.plugin_paths == std::vector{project.folder() / "build/plugins"});
  CHECK_FALSE(config.parallel.enabled);
  CHECK_FALSE(config.parallel.max_workers.has_value());
  CHECK(config.parallel.mode == Mode::service);
  CHECK(config.parallel.isolation == Isolation::process);
  CHECK(config.limits.test_ms == 60'000);
  CHECK(config.retries == 0);
  CHECK(setting(config, "limits.test_timeout") == "60000 (default)");
}

TEST_CASE("ExamplesOfTheReferenceLoad") {
  const Config quick =
      Project(
          "general:\n  environment: dev\n\nparallel:\n  enabled: true\n"
          "  max_workers: 4  # Auto if not specified\n  mode: service   # 'service' or 'test'\n"
          "  isolation_level: process\n")
          .load();
  CHECK(quick.parallel.enabled);
  CHECK(quick.parallel.max_workers == 4U);

  const Config setup =
      Project(
          "general:\n  environment: staging\n  timeout: 45000\n\nparallel:\n  enabled: true\n"
          "  max_workers: 6\n  mode: service\n  isolation_level: process\n\nservices:\n  auth:\n"
          "    base_url: http://auth-api:8080\n  users:\n    base_url: http://users-api:8081\n"
          "  orders:\n    base_url: http://orders-api:8082\n")
          .load();
  CHECK(setup.environment == "staging");
  REQUIRE(setup.services.size() == 3);
  CHECK(setup.services[0].name == "auth");
  CHECK(setup.services[2].base_url == "http://orders-api:8082");
  CHECK(setup.service("users")->timeout_ms == 45'000);
  CHECK(setup.service("users")->health_endpoint == "/health");
  CHECK(setting(setup, "services.users.timeout") == "45000 (general.timeout)");

  const Config legacy = Project("services:\n  legacy-api:\n    base_url: http://legacy:8080\n").load();
  CHECK(legacy.service("legacy-api")->timeout_ms == 30'000);
  CHECK(legacy.service("nobody") == nullptr);
}

TEST_CASE("EveryKeyIsRead") {
  Project project(R"(general: {environment: qa, timeout: 1000, retries: 2}
parallel: {enabled: yes, max_workers: 8, mode: test, isolation_level: service, recycle_on_failure: true}
services:
  users:
    base_url: https://users:1/api
    health_endpoint: /up
    timeout: 500
    headers: {Accept: text/plain, X-Version: 5}
    parallel: false
    exclusive: true
    mode: service
    isolation_level: process
    max_workers: 3
    recycle_on_failure: false
plugins: {paths: [lib/a.so, /opt/plugins]}
limits: {test_timeout: 1, setup_timeout: 2, teardown_timeout: 3, grace_period: 0, run_timeout: 5, memory: 6, cpu_time: 7,
         open_files: 8, processes: 12, output: 9, crashes_in_a_row: 10}
reports: {slow_after: 11}
)");
  const Config config = project.load();
  CHECK(config.environment == "qa");
  CHECK(config.retries == 2);
  CHECK(config.parallel.enabled);
  CHECK(config.parallel.max_workers == 8U);
  CHECK(config.parallel.mode == Mode::test);
  CHECK(config.parallel.isolation == Isolation::service);
  CHECK(config.parallel.recycle_on_failure);
  const ServiceConfig& users = config.services.at(0);
  CHECK(users.base_url == "https://users:1/api");
  CHECK(users.health_endpoint == "/up");
  CHECK(users.timeout_ms == 500);
  CHECK(users.headers ==
        std::vector<std::pair<std::string, std::string>>{{"Accept", "text/plain"}, {"X-Version", "5"}});
  CHECK_FALSE(users.parallel);
  CHECK(users.exclusive);
  CHECK(users.mode == Mode::service);
  CHECK(users.isolation == Isolation::process);
  CHECK(users.max_workers == 3);
  CHECK(users.recycle_on_failure == false);
  CHECK(config.plugin_paths ==
        std::vector<std::filesystem::path>{project.folder() / "lib/a.so", "/opt/plugins"});
  CHECK(config.limits.test_ms == 1);
  CHECK(config.limits.setup_ms == 2);
  CHECK(config.limits.teardown_ms == 3);
  CHECK(config.limits.grace_ms == 0);
  CHECK(config.limits.run_ms == 5);
  CHECK(config.resources.memory_mib == 6);
  CHECK(config.resources.cpu_seconds == 7);
  CHECK(config.resources.open_files == 8);
  CHECK(config.resources.processes == 12);
  CHECK(config.resources.output_mib == 9);
  CHECK(config.crashes_in_a_row == 10);
  CHECK(config.reports.slow_after_ms == 11);
}

TEST_CASE("NullMeansDefaultEverywhere") {
  const Config config = Project(R"(general: {environment: ~, timeout: null, retries:}
parallel: {enabled: null, max_workers: null, mode: null, isolation_level: null, recycle_on_failure: null}
services:
  users: {base_url: "http://a", health_endpoint: ~, timeout: ~, headers: {A: ~}, parallel: ~, exclusive: ~, mode: ~,
          isolation_level: ~, max_workers: ~, recycle_on_failure: ~}
plugins: {paths: ~}
limits: {test_timeout: ~, setup_timeout: ~, teardown_timeout: ~, grace_period: ~, run_timeout: ~}
environments: ~
)")
                            .load();
  CHECK(config.environment == "dev");
  CHECK_FALSE(config.parallel.enabled);
  CHECK_FALSE(config.parallel.max_workers.has_value());
  CHECK(config.limits.grace_ms == 2'000);
  CHECK(config.resources.memory_mib == 0);
  CHECK(config.crashes_in_a_row == 20);
  CHECK(config.services.at(0).health_endpoint == "/health");
  CHECK(config.services.at(0).headers.empty());
  CHECK(config.services.at(0).parallel);
  CHECK_FALSE(config.services.at(0).isolation.has_value());
  CHECK_FALSE(config.parallel.recycle_on_failure);
  CHECK_FALSE(config.services.at(0).recycle_on_failure.has_value());
  for (const char* sections : {"general:\nparallel:\nservices:\nplugins:\nlimits:\n", "", "~"})
    CHECK(Project(sections).load().services.empty());
}

TEST_CASE("ZeroWorkersIsSequential") {
  const Config config = Project("parallel: {enabled: true, max_workers: 0}").load();
  CHECK_FALSE(config.parallel.enabled);
  CHECK_FALSE(config.parallel.max_workers.has_value());
}

TEST_CASE("UnknownKeyIsToldAsDocumented") {
  CHECK(Project("general:\n  timeout: 1\n\n\n\nparallel:\n  max_worker: 4\n").error() ==
        "e2e.conf:7:3: error: unknown key 'max_worker'\n"
        "    7 |   max_worker: 4\n"
        "      |   ^~~~~~~~~~\n"
        "hint: did you mean 'max_workers'?");
  CHECK(Project("rate: 4\n").error() ==
        "e2e.conf:1:1: error: unknown key 'rate'\n"
        "    1 | rate: 4\n"
        "      | ^~~~\n"
        "hint: known here: general, parallel, services, plugins, build, limits, reports, secrets, "
        "environments");
}

TEST_CASE("WrongTypesAndValuesAreAllToldAtOnce") {
  CHECK(Project("general: {retries: many, timeout: 0}\n"
                "parallel: {enabled: maybe, max_workers: 1025, mode: tests, isolation_level: [a]}\n"
                "plugins: {paths: lib}\n"
                "limits: {run_timeout: 5s, test_timeout: -1, setup_timeout: \"7\"}\n")
            .error() ==
        "e2e.conf:1:20: error: retries must be a whole number from 0 to 100, not 'many'\n"
        "    1 | general: {retries: many, timeout: 0}\n"
        "      |                    ^~~~\n"
        "e2e.conf:1:35: error: timeout must be a whole number of milliseconds from 1 to 604800000, not '0'\n"
        "    1 | general: {retries: many, timeout: 0}\n"
        "      |                                   ^\n"
        "e2e.conf:2:21: error: enabled must be true or false, not 'maybe'\n"
        "    2 | parallel: {enabled: maybe, max_workers: 1025, mode: tests, isolation_level: [a]}\n"
        "      |                     ^~~~~\n"
        "e2e.conf:2:41: error: max_workers must be a whole number from 0 to 1024, not '1025'\n"
        "    2 | parallel: {enabled: maybe, max_workers: 1025, mode: tests, isolation_level: [a]}\n"
        "      |                                         ^~~~\n"
        "e2e.conf:2:53: error: mode must be 'service' or 'test', not 'tests'\n"
        "    2 | parallel: {enabled: maybe, max_workers: 1025, mode: tests, isolation_level: [a]}\n"
        "      |                                                     ^~~~~\n"
        "hint: did you mean 'test'?\n"
        "e2e.conf:2:77: error: isolation_level must be 'process', 'service' or 'none', not a list\n"
        "    2 | parallel: {enabled: maybe, max_workers: 1025, mode: tests, isolation_level: [a]}\n"
        "      |                                                                             ^\n"
        "e2e.conf:3:18: error: paths must be a list, not 'lib'\n"
        "    3 | plugins: {paths: lib}\n"
        "      |                  ^~~\n"
        "e2e.conf:4:23: error: run_timeout must be a whole number of milliseconds from 0 to 604800000, not "
        "'5s'\n"
        "    4 | limits: {run_timeout: 5s, test_timeout: -1, setup_timeout: \"7\"}\n"
        "      |                       ^~\n"
        "e2e.conf:4:41: error: test_timeout must be a whole number of milliseconds from 0 to 604800000, not "
        "'-1'\n"
        "    4 | limits: {run_timeout: 5s, test_timeout: -1, setup_timeout: \"7\"}\n"
        "      |                                         ^~\n"
        "e2e.conf:4:60: error: setup_timeout must be a whole number of milliseconds from 0 to 604800000, not "
        "'7'\n"
        "    4 | limits: {run_timeout: 5s, test_timeout: -1, setup_timeout: \"7\"}\n"
        "      |                                                            ^~~\n"
        "hint: write it without quotes");
}

TEST_CASE("NumbersMustFitAndBeWhole") {
  for (const char* bad : {"1.5", "1e3", "0x10", "99999999999999999999", "1_000", "''", "+1"})
    CHECK(Project(std::string("general: {retries: ") + bad + "}")
              .error()
              .find("error: retries must be a whole number from 0 to 100, not ") != std::string::npos);
  CHECK(Project("general: {retries: 100}").load().retries == 100);
}

TEST_CASE("SectionsMustBeMaps") {
  CHECK(Project("- a\n").error() ==
        "e2e.conf:1:1: error: the configuration must be a map, not a list\n"
        "    1 | - a\n"
        "      | ^");
  CHECK(Project("services: {users: http://a}\n").error() ==
        "e2e.conf:1:19: error: services.users must be a map, not 'http://a'\n"
        "    1 | services: {users: http://a}\n"
        "      |                   ^~~~~~~~");
}

TEST_CASE("ServiceNeedsAUsableNameUrlAndEndpoint") {
  CHECK(Project("services:\n  users:\n    timeout: 5\n  or ders:\n    base_url: http://a\n  auth:\n"
                "    base_url: auth:80\n    health_endpoint: up\n")
            .error() ==
        "e2e.conf:2:3: error: service 'users' has no base_url\n"
        "    2 |   users:\n"
        "      |   ^~~~~\n"
        "hint: for example: base_url: http://127.0.0.1:8080\n"
        "e2e.conf:4:3: error: a service's name must be 1 to 64 letters, digits, '.', '_' and '-', not 'or "
        "ders'\n"
        "    4 |   or ders:\n"
        "      |   ^~~~~~~\n"
        "e2e.conf:7:15: error: base_url must start with http:// or https://, not 'auth:80'\n"
        "    7 |     base_url: auth:80\n"
        "      |               ^~~~~~~\n"
        "e2e.conf:8:22: error: health_endpoint must start with '/', not 'up'\n"
        "    8 |     health_endpoint: up\n"
        "      |                      ^~");
}

TEST_CASE("HeadersAreScalarsOnOneLine") {
  CHECK(Project("services:\n  users:\n    base_url: http://a\n    headers:\n      A: [x]\n      'B C': x\n"
                "      D: \"x\\r\\ny\"\n      E: x\n      e: y\n")
            .error() ==
        "e2e.conf:5:10: error: headers.A must be a text, not a list\n"
        "    5 |       A: [x]\n"
        "      |          ^\n"
        "e2e.conf:6:7: error: a header's name must be letters, digits and !#$%&'*+-.^_`|~, not 'B C'\n"
        "    6 |       'B C': x\n"
        "      |       ^~~~~\n"
        "e2e.conf:7:10: error: headers.D must have no line ends or other control characters\n"
        "    7 |       D: \"x\\r\\ny\"\n"
        "      |          ^~~~~~~~\n"
        "e2e.conf:9:7: error: header 'e' is there twice\n"
        "    9 |       e: y\n"
        "      |       ^\n"
        "hint: upper and lower case are the same in a header's name");
}

TEST_CASE("ServiceCantAskForLessIsolationThanTheRun") {
  CHECK(Project("services:\n  users:\n    base_url: http://a\n    isolation_level: none\n"
                "parallel: {isolation_level: service}\n")
            .error() ==
        "e2e.conf:4:22: error: service 'users' asks for isolation_level 'none', which is less than the run's "
        "'service'\n"
        "    4 |     isolation_level: none\n"
        "      |                      ^~~~\n"
        "hint: leave it out, or set parallel.isolation_level to 'none'");
  CHECK(Project("services: {users: {base_url: 'http://a', isolation_level: service}}\n")
            .error()
            .find("'service', which is less than the run's 'process'") != std::string::npos);
}

TEST_CASE("RunRaisedFromOutsideRaisesTheServiceToo") {
  Project project(
      "services: {users: {base_url: 'http://a', isolation_level: service}}\nparallel: {isolation_level: "
      "none}\n");
  CHECK(project.load().services.at(0).isolation == Isolation::service);
  project.variable("E2E_ISOLATION", "process");
  const Config config = project.load();
  CHECK(config.parallel.isolation == Isolation::process);
  CHECK_FALSE(config.services.at(0).isolation.has_value());
  CHECK(setting(config, "services.users.isolation_level") == "process (parallel.isolation_level)");
  project.set("services.users.isolation_level=none");
  CHECK(project.error() ==
        "--set services.users.isolation_level: error: service 'users' asks for isolation_level 'none', which "
        "is less "
        "than the run's 'process'\nhint: leave it out, or set parallel.isolation_level to 'none'");
}

TEST_CASE("VariablesExpandInValuesOnly") {
  Project project("services: {users: {base_url: http://a, headers: {'X-${HOST}': x}}}");
  project.variable("HOST", "db").variable("TIMEOUT", "250").variable("TOKEN", "a: {b, #c");
  CHECK(project.error() ==
        "e2e.conf:1:50: error: a header's name must be letters, digits and !#$%&'*+-.^_`|~, not 'X-${HOST}'\n"
        "    1 | services: {users: {base_url: http://a, headers: {'X-${HOST}': x}}}\n"
        "      |                                                  ^~~~~~~~~~~");
  project.write(
      "e2e.conf",
      "services:\n  users:\n    base_url: http://${HOST}:${PORT:-8080}\n    timeout: ${TIMEOUT}\n"
      "    exclusive: \"${EXCLUSIVE:-true}\"\n    headers: {Authorization: 'Bearer ${TOKEN}', X-A: $$5}\n");
  const Config config = project.load();
  CHECK(config.services.at(0).base_url == "http://db:8080");
  CHECK(config.services.at(0).timeout_ms == 250);
  CHECK(config.services.at(0).exclusive);
  CHECK(config.services.at(0).headers.at(0).second == "Bearer a: {b, #c");
  CHECK(config.services.at(0).headers.at(1).second == "$5");
}

TEST_CASE("UnsetVariableIsToldWhereItStands") {
  CHECK(Project("services:\n  users:\n    base_url: http://${HOST}:${PORT:?see the wiki}\n").error() ==
        "e2e.conf:3:22: error: environment variable 'HOST' is not set\n"
        "    3 |     base_url: http://${HOST}:${PORT:?see the wiki}\n"
        "      |                      ^~~~~~~\n"
        "hint: set it, or give a default: ${HOST:-default}\n"
        "e2e.conf:3:30: error: environment variable 'PORT' is needed: see the wiki\n"
        "    3 |     base_url: http://${HOST}:${PORT:?see the wiki}\n"
        "      |                              ^~~~~~~~~~~~~~~~~~~~~");
}

TEST_CASE("WorkerNamesStayInWhatTheWorkerUses") {
  const Config config = Project(
                            "services:\n  users:\n    base_url: http://a:808${worker.index}\n"
                            "    headers: {X-Database: 'db_${worker.index}'}\n")
                            .load();
  CHECK(config.services.at(0).base_url == "http://a:808${worker.index}");
  CHECK(config.services.at(0).headers.at(0).second == "db_${worker.index}");
  CHECK(
      Project("plugins: {paths: ['lib${worker.index}']}\n").error() ==
      "e2e.conf:1:19: error: a plugin path must not name the worker: plugins are found before there is one\n"
      "    1 | plugins: {paths: ['lib${worker.index}']}\n"
      "      |                   ^~~~~~~~~~~~~~~~~~~~");
}

TEST_CASE("PluginPathsOfAllSourcesAreJoined") {
  Project project("plugins: {paths: [lib, '${WHERE}/x']}");
  project.variable("WHERE", "/opt").variable("E2E_PLUGIN_PATH", "more::lib:/abs/");
  project.sources().plugins = {"cli", "/opt/x"};
  project.sources().working_folder = project.folder() / "work";
  project.sources().file = project.folder() / "e2e.conf";
  const auto& folder = project.folder();
  const Config config = project.load();
  CHECK(config.plugin_paths == std::vector<std::filesystem::path>{folder / "lib", "/opt/x",
                                                                  folder / "work/cli", folder / "work/more",
                                                                  folder / "work/lib", "/abs/"});
  CHECK(setting(config, "plugins.paths").find("cli (--plugins)\nmore (E2E_PLUGIN_PATH)") !=
        std::string::npos);
}

TEST_CASE("CredentialsAreNotInTheSettings") {
  const Config config = Project(
                            "services:\n  users:\n    base_url: http://me:secret@a\n"
                            "    headers: {authorization: secret, Accept: x}\n")
                            .load();
  CHECK(setting(config, "services.users.base_url") == "http://***@a (e2e.conf:3)");
  CHECK(setting(config, "services.users.headers.authorization") == "*** (e2e.conf:4)");
  CHECK(setting(config, "services.users.headers.Accept") == "x (e2e.conf:4)");
  CHECK(config.services.at(0).headers.at(0).second == "secret");
}

TEST_CASE("TextLoadsWithoutAFile") {
  CHECK(load_config_text("general: {retries: 3}", {}).retries == 3);
  CHECK_THROWS_AS(load_config_text("general: {", {}), Fatal);
}

TEST_CASE("ProcessSourcesHoldItsEnvironment") {
  const ConfigSources sources = process_sources();
  CHECK(sources.working_folder == std::filesystem::current_path());
  REQUIRE(::getenv("PATH") != nullptr);
  CHECK(sources.variables.at("PATH") == ::getenv("PATH"));
}
