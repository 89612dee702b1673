// `doctor` finds real faults, says the way out of each, and tells by its exit code.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;
using nlohmann::json;
using Words = std::vector<std::string>;

namespace {

/// A project without fault: its plugin's service is not asked, because it is on no loopback.
const char* const healthy = "services:\n  verdicts: {base_url: \"http://192.0.2.1:9\"}\n";

HostRun doctor(const Project& project, const Words& more = {},
               const std::map<std::string, std::string>& environment = {}) {
  Words words = {"doctor", "--json", "--plugins", test_plugin("verdicts.so")};
  words.insert(words.end(), more.begin(), more.end());
  return run_host(project, words, environment);
}

/// "HEALTH: TEXT -> WAY OUT" of all findings of a check.
std::string finding(const HostRun& run, const std::string& check) {
  std::string found;
  for (const auto& one : json::parse(run.out))
    if (one["check"] == check)
      found += one["health"].get<std::string>() + ": " + one["text"].get<std::string>() +
               (one.contains("way_out") ? " -> " + one["way_out"].get<std::string>() : "") + "\n";
  return found;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("HealthyProjectHasNoFailure") {
  const Project project(healthy);
  const HostRun run = doctor(project);
  INFO(run.out);
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  CHECK(finding(run, "config") == "ok: e2e.conf, 1 service\n");
  CHECK(finding(run, "plugins") == "ok: 1, all fit for this host, each with its service\n");
  CHECK(finding(run, "service verdicts") ==
        "info: http://192.0.2.1:9/health is not on this machine: not tried -> --network tries it\n");
  CHECK(holds(finding(run, "state folder"), "/.e2e can be made"));
  CHECK(finding(run, "leftovers") == "ok: no run was killed before its end\n");
  for (const char* check : {"temporary folder", "kernel", "descriptors", "cpus", "memory", "build tools"})
    CHECK_FALSE(finding(run, check).empty());
  // It leaves nothing.
  CHECK_FALSE(fs::exists(project.folder() / ".e2e"));

  const HostRun text = run_host(project, {"doctor", "--plugins", test_plugin("verdicts.so")});
  CHECK(text.exit_code == 0);
  CHECK(holds(text.out, "ok    config            e2e.conf, 1 service\n"));
  CHECK(holds(text.out, "                        -> --network tries it\n"));
  CHECK(holds(text.out, "\n0 failed, "));
}

TEST_CASE("LimitOfProcessesIsTriedOnlyWhereItIsAskedFor") {
  CHECK(finding(doctor(Project(healthy)), "process limit").empty());
  const Project project(std::string(healthy) + "limits: {processes: 100}\n");
  const HostRun run = doctor(project);
  const std::string found = finding(run, "process limit");
  INFO(run.out);
  CHECK(run.exit_code == 0);
  CHECK((found == "ok: limits.processes can be enforced\n" ||
         (holds(found, "warn: limits.processes can't be enforced: ") && holds(found, "Delegate=yes"))));
}

TEST_CASE("BrokenConfigIsAFailureAndTheRestIsStillLookedAt") {
  const Project project("general: {timeout: 10s}\n");
  const HostRun run = doctor(project);
  CHECK(run.exit_code == 4);
  CHECK(finding(run, "config") ==
        "FAIL: e2e.conf:1:20: error: timeout must be a whole number of milliseconds from 1 to 604800000, not "
        "'10s' -> `e2e-host config check` shows all that is wrong, with its place\n");
  CHECK(holds(finding(run, "kernel"), "ok: "));
}

TEST_CASE("PluginsAndServicesThatDoNotMatchAreFailures") {
  const Project project(healthy);
  const HostRun missing = run_host(project, {"doctor", "--json"});
  CHECK(missing.exit_code == 4);
  CHECK(holds(finding(missing, "plugins"), "FAIL: "));
  CHECK(holds(finding(missing, "plugins"), "build/plugins"));
  CHECK(holds(finding(missing, "plugins"), "-> build the plugins, or say where they are: --plugins PATH"));

  const HostRun unfit = doctor(project, {"--plugins", test_plugin("../unloadable/wrong_abi.so")});
  CHECK(unfit.exit_code == 4);
  CHECK(holds(finding(unfit, "plugins"), "built for plugin ABI 2.0, this host offers 1.0"));

  const HostRun unknown = doctor(project, {"--plugins", test_plugin("family.so")});
  CHECK(unknown.exit_code == 4);
  CHECK(holds(finding(unknown, "plugins"), "tests the service family, which is not configured"));

  const HostRun idle = doctor(project, {"--set", "services.other.base_url=http://192.0.2.1"});
  CHECK(idle.exit_code == 0);
  CHECK(holds(finding(idle, "plugins"), "warn: no plugin tests other"));
}

TEST_CASE("UnreachableServiceIsAFailure") {
  const Project project("services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n");
  const HostRun run = doctor(project);
  CHECK(run.exit_code == 4);
  const std::string text = finding(run, "service verdicts");
  INFO(text);
  CHECK(holds(text, "FAIL: http://127.0.0.1:9/health: "));
  CHECK(holds(text, "-> start it, or correct services.verdicts.base_url"));
}

TEST_CASE("FoldersThatCannotBeWrittenAreFailures") {
  const Project project(healthy);
  project.write(".e2e", "a file");
  const HostRun state = doctor(project);
  CHECK(state.exit_code == 4);
  CHECK(holds(finding(state, "state folder"),
              "/.e2e can't be written: it is not a folder -> move that file away"));
  CHECK(project.read(".e2e") == "a file");

  const HostRun temporary = doctor(project, {}, {{"TMPDIR", (project.folder() / ".e2e").string()}});
  CHECK(temporary.exit_code == 4);
  CHECK(holds(finding(temporary, "temporary folder"), "/.e2e: Not a directory"));
}

TEST_CASE("TooFewDescriptorsForTheWorkersAreAFailure") {
  const Project project(healthy);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto with_limit = [&](rlim_t hard) {
    // Of this process nothing comes back after a hard limit is lowered, so a copy of it lowers its own.
    const pid_t copy = ::fork();
    if (copy == 0) {
      const rlimit limit{std::min<rlim_t>(hard, before.rlim_cur), hard};
      ::setrlimit(RLIMIT_NOFILE, &limit);
      const HostRun run =
          doctor(project, {"--set", "parallel.enabled=true", "--set", "parallel.max_workers=64"});
      project.write("result", std::to_string(run.exit_code) + " " + finding(run, "descriptors"));
      ::_exit(0);
    }
    ::waitpid(copy, nullptr, 0);
    return project.read("result");
  };
  CHECK(with_limit(300) ==
        "4 FAIL: 64 workers need 576, and this process may have 300 -> raise the limit (ulimit -Hn 576), or "
        "take fewer workers: --parallel 29\n");
  CHECK(with_limit(576) == "0 ok: 576 are allowed, 64 workers need 576\n");
}

TEST_CASE("RunThatWasKilledIsNamed") {
  const Project project(healthy);
  fs::create_directories(project.folder() / ".e2e/runs/20240101-000000-abc");
  project.write(".e2e/runs/20240101-000000-abc/events.ndjson", "{\"event\":\"run_started\"}\n");
  const HostRun run = doctor(project);
  CHECK(run.exit_code == 0);
  CHECK(holds(finding(run, "leftovers"), "warn: 1 run never ended: "));
  CHECK(holds(finding(run, "leftovers"), "20240101-000000-abc -> look at the journal there"));
  project.write(".e2e/runs/20240101-000000-abc/events.ndjson", "{\"event\":\"run_finished\"}\n");
  CHECK(holds(finding(doctor(project), "leftovers"), "ok: "));
}
