// `config check` and `config show`: all that is wrong at once, and every value with where it came from.
#include <e2e_catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "e2e_regex.hpp"
#include "host_run.hpp"

using namespace e2e_test;
using nlohmann::json;

namespace {

const char* const two_services = R"(general:
  environment: local
  timeout: 5000
services:
  users:
    base_url: http://admin:pa55@127.0.0.1:8082
    headers: {Authorization: "Bearer ${TOKEN:-t0ken}", X-Tenant: t1}
  orders:
    base_url: http://127.0.0.1:8083
    timeout: 100
environments:
  staging:
    services: {orders: {timeout: 200}}
)";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("ConfigInOrderIsSaidToBe") {
  const Project project(two_services);
  const HostRun run = run_host(project, {"config", "check"});
  CHECK(run.exit_code == 0);
  CHECK(run.out == "e2e.conf: ok, 2 services\n");
  CHECK(run.err.empty());
  CHECK_FALSE(std::filesystem::exists(project.folder() / ".e2e"));

  project.write("one.conf", "services: {a: {base_url: 'http://a'}}\n");
  CHECK(run_host(project, {"config", "check", "-c", "one.conf"}).out == "one.conf: ok, 1 service\n");
  project.write("none.conf", "");
  CHECK(run_host(project, {"config", "check", "-c", "none.conf"}).out == "none.conf: ok, no services\n");
}

TEST_CASE("AllThatIsWrongIsToldAtOnce") {
  const Project project(R"(general: {timeout: 10s}
parallel: {max_worker: 4, mode: tests}
services:
  users: {}
  orders: {base_url: 127.0.0.1, isolation_level: none}
)");
  const HostRun run = run_host(project, {"config", "check", "--set", "general.retries=-1"});
  CHECK(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK(run.err ==
        R"(e2e.conf:1:20: error: timeout must be a whole number of milliseconds from 1 to 604800000, not '10s'
    1 | general: {timeout: 10s}
      |                    ^~~
e2e.conf:2:12: error: unknown key 'max_worker'
    2 | parallel: {max_worker: 4, mode: tests}
      |            ^~~~~~~~~~
hint: did you mean 'max_workers'?
e2e.conf:2:33: error: mode must be 'service' or 'test', not 'tests'
    2 | parallel: {max_worker: 4, mode: tests}
      |                                 ^~~~~
hint: did you mean 'test'?
e2e.conf:4:3: error: service 'users' has no base_url
    4 |   users: {}
      |   ^~~~~
hint: for example: base_url: http://127.0.0.1:8080
e2e.conf:5:22: error: base_url must start with http:// or https://, not '127.0.0.1'
    5 |   orders: {base_url: 127.0.0.1, isolation_level: none}
      |                      ^~~~~~~~~
e2e.conf:5:50: error: service 'orders' asks for isolation_level 'none', which is less than the run's 'process'
    5 |   orders: {base_url: 127.0.0.1, isolation_level: none}
      |                                                  ^~~~
hint: leave it out, or set parallel.isolation_level to 'none'
--set general.retries: error: retries must be a whole number from 0 to 100, not '-1'
)");
}

TEST_CASE("CheckNeedsAFile") {
  const Project project("");
  std::filesystem::remove(project.folder() / "e2e.conf");
  const HostRun none = run_host(project, {"config", "check"});
  CHECK(none.exit_code == 2);
  CHECK(none.err ==
        "error: there is no e2e.conf in this folder or one above it\nhint: make one, or name it: -c FILE\n");
  const HostRun missing = run_host(project, {"config", "check", "-c", "nowhere.conf"});
  CHECK(missing.exit_code == 2);
  CHECK(holds(missing.err, "nowhere.conf: error: "));
}

TEST_CASE("EveryValueIsShownWithItsOrigin") {
  const Project project(two_services);
  const HostRun run = run_host(project, {"config", "show", "general", "services.orders", "-e", "staging"},
                               {{"E2E_RETRIES", "3"}});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  for (const char* line :
       {"general.environment staging", "--environment\n", "e2e.conf:3\n", "general.retries 3",
        "E2E_RETRIES\n", "e2e.conf:13\n", "services.orders.max_workers no limit", "parallel.mode\n"})
    CHECK(holds(replaced_like(run.out, " +", " "), line));
  CHECK_FALSE(holds(run.out, "services.users"));
  CHECK_FALSE(holds(run.out, "limits"));
}

TEST_CASE("ShownConfigKeepsSecrets") {
  const Project project(two_services);
  for (const bool is_json : {false, true}) {
    std::vector<std::string> words = {"config", "show"};
    if (is_json) words.emplace_back("--json");
    const HostRun run = run_host(project, words, {{"TOKEN", "hunter2"}});
    CHECK(run.exit_code == 0);
    CHECK_FALSE(holds(run.out, "hunter2"));
    CHECK_FALSE(holds(run.out, "pa55"));
    CHECK(holds(run.out, "***"));
  }
}

TEST_CASE("ShownConfigAsJsonHasTheSame") {
  const Project project(two_services);
  const HostRun run = run_host(project, {"config", "show", "--json", "--set", "limits.test_timeout=7"});
  CHECK(run.exit_code == 0);
  const json shown = json::parse(run.out);
  CHECK(shown["file"] == std::filesystem::canonical(project.folder() / "e2e.conf").string());
  CHECK(shown["project"] == std::filesystem::canonical(project.folder()).string());
  const auto setting = [&](const std::string& key) {
    for (const auto& one : shown["settings"])
      if (one["key"] == key) return one["value"].get<std::string>() + " " + one["origin"].get<std::string>();
    return std::string();
  };
  CHECK(setting("limits.test_timeout") == "7 --set");
  CHECK(setting("services.users.timeout") == "5000 general.timeout");
  CHECK(setting("services.users.headers.Authorization") == "*** e2e.conf:7");
  CHECK(setting("parallel.mode") == "service default");
  CHECK(setting("plugins.paths") == "build/plugins default");
}

TEST_CASE("SettingThatDoesNotExistIsNamedWithWhatMayHaveBeenMeant") {
  const Project project(two_services);
  const HostRun run = run_host(project, {"config", "show", "services.user", "nothing"});
  CHECK(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK(run.err ==
        "error: there is no setting 'services.user'; did you mean 'services.users'?\n"
        "error: there is no setting 'nothing'\nhint: `e2e-host config show` shows all of them\n");
}

TEST_CASE("ConfigHasCommandsOfItsOwn") {
  const Project project(two_services);
  const std::string hint = "\nhint: `e2e-host config --help` shows what there is\n";
  CHECK(run_host(project, {"config"}).err == "error: no command was given" + hint);
  CHECK(run_host(project, {"config", "chek"}).err ==
        "error: there is no command 'chek'; did you mean 'check'?" + hint);
  CHECK(
      run_host(project, {"config", "show", "--jsn"}).err ==
      "error: unknown option '--jsn'; did you mean '--json'?\nhint: `e2e-host config show --help` shows what "
      "there is\n");
}

// Each is YAML of a document that people come from; the hosts in it are nobody's.
TEST_CASE("ConfigsOfTheKindPeopleHaveAreInOrder") {
  const Project project("");
  const auto check = [&](const std::string& text, const std::string& services) {
    project.write("e2e.conf", text);
    const HostRun run = run_host(project, {"config", "check"});
    INFO(text);
    CHECK(run.err.empty());
    CHECK(run.exit_code == 0);
    CHECK(run.out == "e2e.conf: ok, " + services + "\n");
    return [&project](const std::string& key) {
      const json shown = json::parse(run_host(project, {"config", "show", "--json", key}).out);
      return shown["settings"].at(0)["value"].get<std::string>();
    };
  };
  const auto quick = check(R"(general:
  environment: dev

parallel:
  enabled: true
  max_workers: 4  # Auto if not specified
  mode: service   # 'service' or 'test'
  isolation_level: process
)",
                           "no services");
  CHECK(quick("parallel.enabled") == "true");
  CHECK(quick("parallel.max_workers") == "4");

  const auto options = check(R"(parallel:
  enabled: true              # Enable/disable parallel execution
  max_workers: 4            # Number of workers (null = auto)
  mode: service             # Parallelization mode
  isolation_level: process  # State isolation level
)",
                             "no services");
  CHECK(options("general.environment") == "dev");
  const auto automatic = check("parallel:\n  enabled: true\n  max_workers: null\n", "no services");
  CHECK(automatic("parallel.max_workers") == "auto");
  CHECK(check("parallel:\n  enabled: true\n  max_workers: 4\n", "no services")("parallel.mode") == "service");
  CHECK(check("# Group related services to avoid conflicts\nparallel:\n  enabled: true\n  mode: service\n",
              "no services")("parallel.max_workers") == "auto");

  const auto setup = check(R"(# e2e.conf
general:
  environment: staging
  timeout: 30000

parallel:
  enabled: true
  max_workers: 6
  mode: service
  isolation_level: process

services:
  auth:
    base_url: http://auth-api:8080
  users:
    base_url: http://users-api:8081
  orders:
    base_url: http://orders-api:8082
)",
                           "3 services");
  CHECK(setup("general.environment") == "staging");
  CHECK(setup("general.timeout") == "30000");
  CHECK(setup("parallel.max_workers") == "6");
  CHECK(setup("services.orders.base_url") == "http://orders-api:8082");
  CHECK(setup("services.auth.timeout") == "30000");

  const auto legacy = check(R"(# Start with parallel disabled for specific services
# e2e.conf
parallel:
  enabled: true
  max_workers: 4

# Tag services that aren't parallel-ready
services:
  legacy-api:
    base_url: http://legacy:8080
    # This service has shared state issues
    # Keep tests sequential for now
)",
                            "1 service");
  CHECK(legacy("services.legacy-api.base_url") == "http://legacy:8080");
  CHECK(check("services:\n  legacy-api:\n    base_url: http://legacy:8080\n    parallel: false\n",
              "1 service")("services.legacy-api.parallel") == "false");
}
