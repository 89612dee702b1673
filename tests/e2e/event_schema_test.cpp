// Every event of real runs is what docs/events.schema.json says, and has no member that it does not name.
#include <csignal>
#include <e2e_catch.hpp>
#include <set>
#include <string>

#include "host_run.hpp"
#include "json_schema.hpp"

using namespace e2e_test;

namespace {

std::string config() {
  std::string text = "limits: {grace_period: 200}\nreports: {slow_after: 30}\nservices:\n";
  for (const char* service : {"equality", "family", "scopes", "talkative", "verdicts"})
    text += "  " + std::string(service) + ": {base_url: \"http://127.0.0.1:9\"}\n";
  return text + "  served:\n    base_url: \"http://127.0.0.1:${service.port}\"\n    start: {command: [\"" +
         E2E_TINY_SERVER + "\", \"${service.port}\"]}\n";
}

}  // namespace

TEST_CASE("EveryEventOfRealRunsIsInTheSchema") {
  const auto schema = JsonSchema::of_file(E2E_SOURCE_FOLDER "/docs/events.schema.json", true);
  const Project project(config());
  std::set<std::string> seen;
  const auto hold = [&](const HostRun& run) {
    REQUIRE(run.events.size() > 2);
    for (const auto& event : run.events) {
      seen.insert(event["event"].get<std::string>());
      const std::string problems = schema.problems(event);
      INFO(event.dump() << "\n" << problems);
      CHECK(problems.empty());
    }
  };
  const std::vector<std::string> all = {"run",
                                        "--plugins",
                                        test_plugin("equality.so").string(),
                                        "--plugins",
                                        test_plugin("family.so").string(),
                                        "--plugins",
                                        test_plugin("scopes.so").string(),
                                        "--plugins",
                                        test_plugin("served.so").string(),
                                        "--plugins",
                                        test_plugin("talkative.so").string(),
                                        "--plugins",
                                        test_plugin("verdicts.so").string()};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), all.begin(), all.end());
    return more;
  };
  hold(run_host(project, with({"-j", "4", "--parallel-mode", "test", "--retries", "1", "--fail-on-flaky"})));
  hold(run_host(project, with({"-j", "2", "--shuffle=7", "--fail-fast"})));
  RunningHost host(project, with({"02_hangs"}));
  host.wait_for_event("attempt_started");
  host.signal(SIGINT);
  hold(host.wait());
  for (const char* kind :
       {"run_started", "worker_started", "worker_exited", "service_started", "service_exited",
        "attempt_started", "test_slow", "attempt_finished", "test_finished", "run_finished"}) {
    INFO(kind);
    CHECK(seen.count(kind) > 0);
  }
}
