#include <e2e_catch.hpp>

#include "loading.hpp"

using namespace e2e::host;
using namespace e2e::host::testing;

namespace {

std::string with_start(const std::string& start,
                       const std::string& url = "http://127.0.0.1:${service.port}") {
  return "services:\n  users:\n    base_url: " + url + "\n    start: " + start + "\n";
}

StartSettings start_of(const std::string& start) {
  const Config config = Project(with_start(start)).load();
  REQUIRE(config.services.size() == 1);
  REQUIRE(config.services[0].start);
  return *config.services[0].start;
}

std::string error_of_start(const std::string& start,
                           const std::string& url = "http://127.0.0.1:${service.port}") {
  return Project(with_start(start, url)).error();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("StartNeedsACommandAndHasDefaultsForTheRest") {
  const StartSettings start = start_of("{command: [server, --port, \"${service.port}\"]}");
  CHECK(start.command == std::vector<std::string>{"server", "--port", "${service.port}"});
  CHECK(start.variables.empty());
  CHECK(start.folder == ".");
  CHECK(start.ready_path == "/health");
  CHECK(start.ready_timeout_ms == 30000);
  CHECK(start.stop_signal == SIGTERM);
  CHECK(start.stop_timeout_ms == 5000);
  CHECK(start.log.empty());
  CHECK_FALSE(start.reuse);
  CHECK(start.instances == Instances::run);
  CHECK(contains(error_of_start("{}"), "services.users.start has no command"));
}

TEST_CASE("StartReadsEachKey") {
  const StartSettings start = start_of(
      "{command: 'a; b', env: {A: 1, B: null, C: \"${run.folder}/x\"}, cwd: sub, ready: port, ready_timeout: "
      "5, "
      "stop_signal: INT, stop_timeout: 0, log: \"l-${worker.index}\", instances: worker}");
  CHECK(start.command == std::vector<std::string>{"/bin/sh", "-c", "a; b"});
  REQUIRE(start.variables.size() == 3);
  CHECK(start.variables[0].second == "1");
  CHECK_FALSE(start.variables[1].second);
  CHECK(start.variables[2].second == "${run.folder}/x");
  CHECK(start.folder == "sub");
  CHECK(start.ready_path.empty());
  CHECK(start.ready_timeout_ms == 5);
  CHECK(start.stop_signal == SIGINT);
  CHECK(start.stop_timeout_ms == 0);
  CHECK(start.log == "l-${worker.index}");
  CHECK(start.instances == Instances::worker);
  CHECK(start_of("{command: [a], reuse: true}").reuse);
  CHECK(start_of("{command: [a], ready: /up}").ready_path == "/up");
}

TEST_CASE("EachServiceIsReadyWhereItsHealthEndpointAnswers") {
  const Config config =
      Project(
          "services:\n  a: {base_url: \"http://h\", health_endpoint: /ok, start: {command: [a]}}\n"
          "  b: {base_url: \"https://h\", start: {command: [b]}}\n")
          .load();
  CHECK(config.services[0].start->ready_path == "/ok");
  CHECK(config.services[1].start->ready_path.empty());
}

TEST_CASE("MistakesInStartAreDiagnosed") {
  CHECK(contains(error_of_start("{command: []}"), "command must name a program"));
  CHECK(
      contains(error_of_start("{command: {a: b}}"), "command must be a list of words or a text, not a map"));
  CHECK(contains(error_of_start("{command: \"\"}"), "command must not be empty, not ''") == false);
  CHECK(contains(error_of_start("{command: \"\"}"), "command must not be empty"));
  CHECK(contains(error_of_start("{command: [a], redy: port}"), "hint: did you mean 'ready'?"));
  CHECK(contains(error_of_start("{command: [a], ready: health}"),
                 "ready must be 'port' or a path from '/', not 'health'"));
  CHECK(contains(error_of_start("{command: [a], stop_signal: SIGTERM}"), "hint: did you mean 'TERM'?") ==
        false);
  CHECK(contains(error_of_start("{command: [a], stop_signal: KILL}"),
                 "stop_signal must be 'TERM', 'INT', 'QUIT', 'HUP', 'USR1' or 'USR2', not 'KILL'"));
  CHECK(contains(error_of_start("{command: [a], ready_timeout: 0}"), "from 1 to 604800000, not '0'"));
  CHECK(contains(error_of_start("{command: [a], env: {'A=B': c}}"),
                 "a variable's name must not be empty, and have no '='"));
  CHECK(contains(error_of_start("{command: [a], ready: /x}", "https://h"),
                 "ready must be 'port' where base_url is https"));
}

TEST_CASE("InstanceForEachWorkerNeedsWhatTellsThemApart") {
  CHECK(contains(error_of_start("{command: [a], instances: worker}", "http://h:80"),
                 "service 'users' has an instance for each worker, but one base_url for all"));
  CHECK(contains(error_of_start("{command: [a], instances: worker, log: same}"),
                 "log must differ from worker to worker"));
  CHECK(contains(error_of_start("{command: [a], instances: worker, reuse: true}"),
                 "reuse can't be had with an instance for each worker"));
}

TEST_CASE("NamesOfAManagedServiceNeedOne") {
  CHECK(contains(Project("services:\n  users: {base_url: \"http://h:${service.port}\"}\n").error(),
                 "base_url of service 'users' names ${service.port}, but the service has no start"));
  CHECK(contains(
      Project("services:\n  users: {base_url: \"http://h\", headers: {X: \"${run.folder}\"}}\n").error(),
      "headers.X of service 'users' names ${run.folder}, but the service has no start"));
}

TEST_CASE("StartIsMergedFromItsLayers") {
  Project project(with_start("{command: [a], env: {A: 1, B: 2}}"));
  project.set("services.users.start.ready_timeout=7").set("services.users.start.env={B: null}");
  const Config config = project.load();
  const StartSettings& start = *config.services[0].start;
  CHECK(start.command == std::vector<std::string>{"a"});
  CHECK(start.ready_timeout_ms == 7);
  REQUIRE(start.variables.size() == 2);
  CHECK(start.variables[0].second == "1");
  CHECK_FALSE(start.variables[1].second);
  CHECK(setting(config, "services.users.start.ready_timeout") == "7 (--set)");
  // What a variable holds may be a secret.
  CHECK(setting(config, "services.users.start.env.A") == "*** (e2e.conf:4)");
}
