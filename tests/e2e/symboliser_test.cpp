// What becomes of the process that reads stacks costs at most stacks: no result, and not the end of the run.
#include <signal.h>

#include <cstdlib>
#include <e2e_catch.hpp>
#include <fstream>

#include "marked_run.hpp"

using namespace e2e_test;

namespace {

const std::string module = "crashes::02_gate::";

/// A run with a crash before and two behind a gate, one worker at a time.
class GatedRun {
 public:
  GatedRun()
      : project_("services:\n  crashes: {base_url: \"http://127.0.0.1:9\"}\nlimits: {grace_period: 200}\n"),
        host_(project_,
              {"run", "--plugins", test_plugin("crashes.so"), "02_gate", "-j", "1", "--parallel-mode",
               "service"},
              {{"CRASHES_GATE", gate()}}) {
    // Its stack has been read by then.
    host_.wait_for_event("attempt_finished", module + "crashes_before_the_gate");
    host_.wait_for_event("attempt_started", module + "waits_at_the_gate");
    launcher_ = only(host_.pid(), "e2e-launcher");
    symboliser_ = only(launcher_, "e2e-symboliser");
  }

  RunningHost& host() { return host_; }
  [[nodiscard]] pid_t symboliser() const { return symboliser_; }
  [[nodiscard]] pid_t launcher() const { return launcher_; }
  [[nodiscard]] pid_t keeper() const { return only(launcher_, "e2e-keeper"); }
  /// Of the test at the gate.
  [[nodiscard]] pid_t worker() const {
    for (const pid_t child : children_of(launcher_))
      if (child != symboliser_ && child != keeper()) return child;
    return -1;
  }
  void open_gate() const { std::ofstream(gate()) << "open"; }
  /// The worker of the crash behind the gate is gone, and its stack asked for: nothing else is left for this
  /// process to do.
  [[nodiscard]] bool waits_for_a_stack() const {
    return comes_true([this] { return children_of(launcher_).size() == 2; });
  }

 private:
  [[nodiscard]] std::string gate() const { return (project_.folder() / "gate").string(); }
  static pid_t only(pid_t parent, const std::string& name) {
    REQUIRE(comes_true([&] { return children_of(parent, name).size() == 1; }));
    return children_of(parent, name)[0];
  }

  Project project_;
  RunningHost host_;
  pid_t launcher_ = -1, symboliser_ = -1;
};

std::string note_of(const HostRun& run, const std::string& test) {
  const auto attempt = run.last_attempt(module + test);
  if (!attempt.contains("stacks") || attempt["stacks"].empty()) return "no stacks";
  return attempt["stacks"][0].value("note", "");
}

bool has_stack(const HostRun& run, const std::string& test) {
  const auto attempt = run.last_attempt(module + test);
  return attempt.contains("stacks") && !attempt["stacks"].empty() &&
         attempt["stacks"][0].contains("frames") && !attempt["stacks"][0]["frames"].empty();
}

void check_all_outcomes(const HostRun& run) {
  INFO(run.out << run.err);
  CHECK(run.exit_code == 1);
  for (const char* test : {"crashes_before_the_gate", "crashes_behind_the_gate", "crashes_last"}) {
    CHECK(run.statuses(module + test) == "crashed");
    CHECK(run.last_attempt(module + test)["reason"] == "SIGSEGV at address 0x0 (null dereference)");
  }
  for (const char* test : {"waits_at_the_gate", "passes_behind_the_gate", "passes_in_the_end"})
    CHECK(run.statuses(module + test) == "passed");
  CHECK(run.all("trouble").empty());
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

}  // namespace

TEST_CASE("OneThatIsKilledCostsTheStackThatItWasAskedFor") {
  GatedRun gated;
  ::kill(gated.symboliser(), SIGSTOP);
  gated.open_gate();
  REQUIRE(gated.waits_for_a_stack());
  ::kill(gated.symboliser(), SIGKILL);
  const HostRun run = gated.host().wait();
  check_all_outcomes(run);
  CHECK(has_stack(run, "crashes_before_the_gate"));
  CHECK(note_of(run, "crashes_behind_the_gate") == "no stack: the process that reads them has died over it");
  CHECK(has_stack(run, "crashes_last"));
}

TEST_CASE("OneThatIsKilledIdleIsReplaced") {
  GatedRun gated;
  ::kill(gated.symboliser(), SIGKILL);
  gated.open_gate();
  const HostRun run = gated.host().wait();
  check_all_outcomes(run);
  CHECK(has_stack(run, "crashes_last"));
}

TEST_CASE("OneThatIsKilledWithTheKeeperCostsNothing") {
  GatedRun gated;
  ::kill(gated.keeper(), SIGKILL);
  ::kill(gated.symboliser(), SIGKILL);
  gated.open_gate();
  const HostRun run = gated.host().wait();
  check_all_outcomes(run);
  CHECK(has_stack(run, "crashes_last"));
}

TEST_CASE("OneThatIsKilledWithAWorkerCostsThatOnesTest") {
  GatedRun gated;
  REQUIRE(gated.worker() > 0);
  ::kill(gated.worker(), SIGKILL);
  ::kill(gated.symboliser(), SIGKILL);
  const HostRun run = gated.host().wait();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 1);
  CHECK(run.statuses(module + "waits_at_the_gate") == "crashed");
  CHECK(run.statuses(module + "crashes_behind_the_gate") == "crashed");
  CHECK(has_stack(run, "crashes_last"));
  CHECK(run.statuses(module + "passes_in_the_end") == "passed");
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

TEST_CASE("OneThatIsKilledWithTheLauncherLeavesNothing") {
  GatedRun gated;
  ::kill(gated.launcher(), SIGKILL);
  ::kill(gated.symboliser(), SIGKILL);
  const HostRun run = gated.host().wait();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 4);
  CHECK(run.statuses(module + "waits_at_the_gate") == "interrupted");
  CHECK(run.outcome(module + "passes_in_the_end") == "not_run");
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

TEST_CASE("OneThatIsKilledWithTheHostLeavesNothing") {
  GatedRun gated;
  const std::string run_id = gated.host().run_id();
  ::kill(gated.symboliser(), SIGKILL);
  ::kill(gated.host().pid(), SIGKILL);
  CHECK(gated.host().wait().exit_code == 128 + SIGKILL);
  CHECK(comes_true([&] { return processes_of_run(run_id).empty(); }));
}

TEST_CASE("OneThatGivesNoAnswerIsNotWaitedForForEver") {
  GatedRun gated;
  ::kill(gated.symboliser(), SIGSTOP);
  gated.open_gate();
  const HostRun run = gated.host().wait();
  check_all_outcomes(run);
  CHECK(note_of(run, "crashes_behind_the_gate") ==
        "no stack: the process that reads them gave no answer for 15 s");
  CHECK(has_stack(run, "crashes_last"));
}

TEST_CASE("ASecondSignalWaitsForNoStack") {
  GatedRun gated;
  ::kill(gated.symboliser(), SIGSTOP);
  gated.open_gate();
  REQUIRE(gated.waits_for_a_stack());
  gated.host().signal(SIGINT);
  // Two that come at once may be one.
  REQUIRE(comes_true([&] { return has_taken(gated.host().pid(), SIGINT); }));
  gated.host().signal(SIGINT);
  const HostRun run = gated.host().wait();
  INFO(run.out << run.err);
  CHECK(run.exit_code == 130);
  CHECK(run.statuses(module + "crashes_behind_the_gate") == "crashed");
  CHECK(note_of(run, "crashes_behind_the_gate") == "no stack: the run was ended before it was read");
  CHECK(run.outcome(module + "passes_in_the_end") == "not_run");
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

TEST_CASE("DebugInformationThatIsGarbageCostsNoResult") {
  const Project project("services:\n  crashes: {base_url: \"http://127.0.0.1:9\"}\n");
  const std::string plugin = (project.folder() / "crashes.so").string();
  std::ofstream(project.folder() / "garbage") << std::string(64 << 10, '\xA5');
  for (const char* section : {".debug_info", ".debug_abbrev", ".debug_line", ".eh_frame"}) {
    INFO(section);
    const std::string command = std::string("objcopy --update-section ") + section + "=" +
                                (project.folder() / "garbage").string() + " " +
                                test_plugin("crashes.so").string() + " " + plugin + " 2>/dev/null";
    // What the program itself needs can't be larger than it was.
    if (std::system(command.c_str()) != 0) continue;
    const HostRun run = run_host(project, {"run", "--plugins", plugin, "01_crashes", "-j", "1"});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 1);
    for (const char* test : {"writes_to_null", "aborts", "overflows"})
      CHECK(run.statuses(std::string("crashes::01_crashes::") + test) == "crashed");
    CHECK(run.outcome("crashes::01_crashes::passes_last") == "passed");
    CHECK(run.all("test_finished").size() == run.all("run_started").at(0)["tests"].size());
  }
}
