// A worker that dies while it has nothing to do costs no test anything, and is told.
#include <signal.h>

#include <e2e_catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "marked_run.hpp"

using namespace e2e_test;

TEST_CASE("AnIdleWorkerThatDiesIsTold") {
  const Project project("services:\n  crashes: {base_url: \"http://127.0.0.1:9\"}\n");
  const std::string gate = (project.folder() / "gate").string();
  const std::string module = "crashes::02_gate::";
  RunningHost host(project,
                   {"run", "--plugins", test_plugin("crashes.so"), "waits_at_the_gate",
                    "passes_behind_the_gate", "-j", "2", "--parallel-mode", "test", "--isolation", "service"},
                   {{"CRASHES_GATE", gate}});
  const auto busy = host.wait_for_event("attempt_started", module + "waits_at_the_gate")["worker"];
  CHECK(host.wait_for_event("test_finished", module + "passes_behind_the_gate")["outcome"] == "passed");
  // Two workers: the first that was started, and the launcher's other child.
  const auto first = host.wait_for_event("worker_started");
  const auto launchers = children_of(host.pid(), "e2e-launcher");
  REQUIRE(launchers.size() == 1);
  std::vector<pid_t> idle = {first["pid"].get<pid_t>()};
  if (first["worker"] == busy) {
    idle = children_of(launchers[0]);
    std::erase_if(idle, [&](pid_t pid) {
      return pid == first["pid"].get<pid_t>() ||
             read_file("/proc/" + std::to_string(pid) + "/comm") == "e2e-keeper\n";
    });
  }
  REQUIRE(idle.size() == 1);
  ::kill(idle[0], SIGKILL);
  const std::string told = host.wait_for_event("trouble")["text"];
  CHECK(told.rfind("an idle worker ended: killed by SIGKILL, which e2e-host did not send", 0) == 0);
  std::ofstream(gate) << "open";
  const HostRun run = host.wait();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 4);
  for (const char* test : {"waits_at_the_gate", "passes_behind_the_gate"})
    CHECK(run.statuses(module + test) == "passed");
  CHECK(run.all("trouble").size() == 1);
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}
