#include "config/overrides.hpp"

#include <e2e_catch.hpp>

#include "loading.hpp"

using namespace e2e::host;
using testing::Project;
using testing::setting;

TEST_CASE("VariablesGoOverTheFile") {
  Project project(
      "general: {retries: 1}\nparallel: {enabled: false, max_workers: 2, mode: service, isolation_level: "
      "process}\n"
      "limits: {test_timeout: 5}\n");
  project.variable("E2E_PARALLEL", "4")
      .variable("E2E_PARALLEL_MODE", "test")
      .variable("E2E_ISOLATION", "none");
  project.variable("E2E_TIMEOUT", "70").variable("E2E_RETRIES", "3").variable("E2E_ENVIRONMENT", "");
  const Config config = project.load();
  CHECK(config.parallel.enabled);
  CHECK(config.parallel.max_workers == 4U);
  CHECK(config.parallel.mode == Mode::test);
  CHECK(config.parallel.isolation == Isolation::none);
  CHECK(config.limits.test_ms == 70);
  CHECK(config.retries == 3);
  CHECK(config.environment == "dev");
  CHECK(setting(config, "parallel.max_workers") == "4 (E2E_PARALLEL)");
  CHECK(setting(config, "general.retries") == "3 (E2E_RETRIES)");
}

TEST_CASE("ParallelVariableIsANumberOrAuto") {
  Project project("parallel: {enabled: true, max_workers: 2}");
  project.variable("E2E_PARALLEL", "0");
  CHECK_FALSE(project.load().parallel.enabled);
  project.variable("E2E_PARALLEL", "auto");
  CHECK(project.load().parallel.enabled);
  CHECK_FALSE(project.load().parallel.max_workers.has_value());
  project.write("e2e.conf", "parallel: {enabled: true, max_workers: 0}");
  CHECK(project.load().parallel.enabled);
  for (const char* bad : {"four", "-1", "1025", "4 ", "99999999999"}) {
    project.variable("E2E_PARALLEL", bad);
    CHECK(project.error() ==
          std::string("E2E_PARALLEL: error: must be a number of workers from 0 to 1024, or 'auto', not '") +
              bad + "'");
  }
}

TEST_CASE("WrongVariablesAreNamedTogetherWithTheFile") {
  Project project("general: {retries: x}\n");
  project.variable("E2E_RETRIES", "y").variable("E2E_ISOLATION", "proces");
  CHECK(project.error() ==
        "e2e.conf:1:20: error: retries must be a whole number from 0 to 100, not 'x'\n"
        "    1 | general: {retries: x}\n"
        "      |                    ^\n"
        "E2E_ISOLATION: error: isolation_level must be 'process', 'service' or 'none', not 'proces'\n"
        "hint: did you mean 'process'?\n"
        "E2E_RETRIES: error: retries must be a whole number from 0 to 100, not 'y'");
  project.set("general.retries=2");
  CHECK(project.error().find("E2E_RETRIES: error:") != std::string::npos);
}

TEST_CASE("SetGoesOverVariablesAndTheLastWins") {
  Project project("general: {retries: 1}");
  project.variable("E2E_RETRIES", "2").set("general.retries=3").set("general.retries=4");
  CHECK(project.load().retries == 4);
  CHECK(setting(project.load(), "general.retries") == "4 (--set)");
  project.set("general.retries=");
  CHECK(project.load().retries == 0);
}

TEST_CASE("SetTakesYaml") {
  Project project("services: {users: {base_url: 'http://a', headers: {A: 1, B: 2}}}");
  project.set("services.users.headers={B: 3, C: '4'}")
      .set("plugins.paths=[x, y]")
      .set("parallel.enabled=true");
  const Config config = project.load();
  CHECK(config.services.at(0).headers ==
        std::vector<std::pair<std::string, std::string>>{{"A", "1"}, {"B", "3"}, {"C", "4"}});
  CHECK(config.plugin_paths.size() == 2);
  CHECK(config.parallel.enabled);
}

TEST_CASE("SetFindsServicesAndHeadersWithDots") {
  Project project("services: {api: {base_url: 'http://a'}, api.v2: {base_url: 'http://b'}}");
  project.set("services.api.timeout=1").set("services.api.v2.timeout=2").set("services.api.v2.headers.X.Y=z");
  const Config config = project.load();
  CHECK(config.service("api")->timeout_ms == 1);
  CHECK(config.service("api.v2")->timeout_ms == 2);
  CHECK(config.service("api.v2")->headers.at(0).first == "X.Y");
}

TEST_CASE("WrongSetOptionsAreNamed") {
  const auto error_of = [](const char* option) {
    return Project("services: {users: {base_url: 'http://a'}}").set(option).error();
  };
  const std::string way_out = "\nhint: write --set KEY=VALUE, as in --set general.retries=2";
  CHECK(error_of("general.retries") == "--set general.retries: error: has no '='" + way_out);
  CHECK(error_of("=5") == "--set : error: a part of the key is empty" + way_out);
  CHECK(error_of("general..x=5") == "--set general..x: error: a part of the key is empty" + way_out);
  CHECK(error_of("services.=5") == "--set services.: error: a part of the key is empty" + way_out);
  CHECK(error_of("parallel.max_worker=4") ==
        "--set parallel.max_worker: error: unknown key 'max_worker'\nhint: did you mean 'max_workers'?");
  CHECK(error_of("general.retries=[") == "--set general.retries: error: end of sequence flow not found");
  CHECK(error_of("services.user.timeout=5") ==
        "--set services.user.timeout: error: service 'user' has no base_url\nhint: did you mean 'users'?");
  CHECK(error_of("environments.x.general.retries=1").find("unknown key 'environments'") != std::string::npos);
}

TEST_CASE("OverlayOfTheChosenEnvironmentGoesOverTheRest") {
  Project project(R"(general: {environment: local, retries: 1}
services:
  users: {base_url: 'http://local', timeout: 7, headers: {Accept: a, X-Old: o}}
environments:
  staging:
    general: {retries: 5}
    parallel: {enabled: true}
    services:
      users: {base_url: 'http://staging', headers: {accept: b, X-Old: ~}}
      extra: {base_url: 'http://extra'}
  prod:
    services: {users: {base_url: 'http://${PROD_HOST}', timeout: '${PROD_TIMEOUT}'}}
)");
  CHECK(project.load().environment == "local");
  CHECK(project.load().services.size() == 1);
  CHECK(project.load().services.at(0).base_url == "http://local");

  project.variable("E2E_ENVIRONMENT", "staging");
  const Config staging = project.load();
  CHECK(staging.environment == "staging");
  CHECK(staging.retries == 5);
  CHECK(staging.parallel.enabled);
  REQUIRE(staging.services.size() == 2);
  CHECK(staging.services[0].base_url == "http://staging");
  CHECK(staging.services[0].timeout_ms == 7);
  CHECK(staging.services[0].headers == std::vector<std::pair<std::string, std::string>>{{"Accept", "b"}});
  CHECK(setting(staging, "services.users.base_url") == "http://staging (e2e.conf:9)");

  project.set("general.environment=local");
  CHECK(project.load().services.at(0).base_url == "http://local");
  project.sources().environment = "prod";
  const std::string prod_line =
      "   12 |     services: {users: {base_url: 'http://${PROD_HOST}', timeout: '${PROD_TIMEOUT}'}}\n";
  CHECK(project.error() ==
        "e2e.conf:12:42: error: environment variable 'PROD_HOST' is not set\n" + prod_line +
            "      |                                          ^~~~~~~~~~~~\n"
            "hint: set it, or give a default: ${PROD_HOST:-default}\n"
            "e2e.conf:12:67: error: environment variable 'PROD_TIMEOUT' is not set\n" +
            prod_line +
            "      |                                                                   ^~~~~~~~~~~~~~~\n"
            "hint: set it, or give a default: ${PROD_TIMEOUT:-default}");
  project.variable("PROD_HOST", "prod").variable("PROD_TIMEOUT", "9");
  CHECK(project.load().services.at(0).base_url == "http://prod");
  CHECK(project.load().services.at(0).timeout_ms == 9);
  CHECK(setting(project.load(), "general.environment") == "prod (--environment)");
}

TEST_CASE("FileChoosesItsOwnEnvironment") {
  CHECK(Project("general: {environment: ci}\nenvironments: {ci: {general: {retries: 2}}}").load().retries ==
        2);
}

TEST_CASE("UnknownEnvironmentIsAnError") {
  Project project("environments: {staging: {}, prod: {}}");
  project.sources().environment = "stagin";
  CHECK(project.error() ==
        "--environment: error: there is no environment 'stagin'\nhint: did you mean 'staging'?");
  project.sources().environment = "qa";
  CHECK(project.error() ==
        "--environment: error: there is no environment 'qa'\nhint: there are: staging, prod, dev");
  project.sources().environment = "dev";
  CHECK(project.load().environment == "dev");
}

TEST_CASE("EnvironmentThatIsAskedForMustBeThere") {
  // The file's own name is free: without an overlay it stands for the file.
  CHECK(Project("general: {environment: anything}").load().environment == "anything");
  Project project("general: {environment: qa}\nservices: {users: {base_url: 'http://users'}}\n");
  project.sources().environment = "qa";
  CHECK(project.load().environment == "qa");
  project.sources().environment = "staging";
  CHECK(project.error() ==
        "--environment: error: there is no environment 'staging'\nhint: the configuration has no "
        "environments, only 'qa'; add them: environments: {staging: {...}}");
  project.sources().environment.reset();
  project.variable("E2E_ENVIRONMENT", "prod");
  CHECK(project.error().find("E2E_ENVIRONMENT: error: there is no environment 'prod'\n") == 0);
  Project no_file;
  no_file.sources().environment = "staging";
  CHECK(no_file.error().find("there is no environment 'staging'") != std::string::npos);
}

TEST_CASE("OverlaysThatAreNotChosenAreCheckedToo") {
  CHECK(Project("environments:\n  prod:\n    general: {environment: x, retrys: 1}\n    environments: {}\n")
            .error() ==
        "e2e.conf:3:15: error: unknown key 'environment'\n"
        "    3 |     general: {environment: x, retrys: 1}\n"
        "      |               ^~~~~~~~~~~\n"
        "hint: known here: timeout, retries\n"
        "e2e.conf:3:31: error: unknown key 'retrys'\n"
        "    3 |     general: {environment: x, retrys: 1}\n"
        "      |                               ^~~~~~\n"
        "hint: did you mean 'retries'?\n"
        "e2e.conf:4:5: error: unknown key 'environments'\n"
        "    4 |     environments: {}\n"
        "      |     ^~~~~~~~~~~~\n"
        "hint: known here: general, parallel, services, plugins, build, limits, reports, secrets");
}
