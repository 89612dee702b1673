// What is shown while a run goes on: --live, and what --verbose tells of workers.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <e2e_catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "e2e_regex.hpp"
#include "host_run.hpp"
#include "marked_run.hpp"

using namespace e2e_test;
using nlohmann::json;

namespace {

const std::string services = "services:\n  talkative: {base_url: \"http://127.0.0.1:9\"}\n";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Of the project's run that is under way.
std::string out_so_far(const Project& project) {
  std::string text;
  for (int number = 1; number < 20; ++number) text += project.read("out-" + std::to_string(number));
  return text;
}

}  // namespace

TEST_CASE("LiveOutputComesWhileTheTestRuns") {
  const Project project(services);
  const std::string gate = (project.folder() / "gate").string();
  RunningHost host(project, {"run", "--plugins", test_plugin("talkative.so"), "--live"},
                   {{"E2E_TEST_GATE", gate}});
  const auto out = [&] { return out_so_far(project); };
  CHECK(comes_true([&] { return holds(out(), "talkative::01_talk::waits_to_be_heard | first\n"); }));
  // A line without its end does not wait for ever either.
  CHECK(comes_true([&] { return holds(out(), "talkative::01_talk::waits_to_be_heard | half a li\n"); }));
  project.write("gate", "");
  const HostRun run = host.wait();
  CHECK(run.exit_code == 0);
  CHECK(holds(run.out, "talkative::01_talk::waits_to_be_heard | ne\n"));
  CHECK(holds(run.out, "talkative::01_talk::waits_to_be_heard ! \\x1B[31mlast\n"));
  // It is kept as well.
  CHECK(run.last_attempt("talkative::01_talk::waits_to_be_heard")["stdout"]["head"] ==
        "first\nhalf a line\n");
}

TEST_CASE("ATestIsSlowWhenTheConfigurationSaysSo") {
  const Project project(services + "reports: {slow_after: 50}\n");
  const std::string gate = (project.folder() / "gate").string();
  RunningHost host(project, {"run", "--plugins", test_plugin("talkative.so")}, {{"E2E_TEST_GATE", gate}});
  const auto out = [&] { return out_so_far(project); };
  CHECK(
      comes_true([&] { return holds(out(), "SLOW talkative::01_talk::waits_to_be_heard   [running for "); }));
  project.write("gate", "");
  const HostRun run = host.wait();
  CHECK(run.exit_code == 0);
  const auto slow = std::find_if(run.events.begin(), run.events.end(),
                                 [](const json& e) { return e["event"] == "test_slow"; });
  REQUIRE(slow != run.events.end());
  CHECK((*slow)["test"] == "talkative::01_talk::waits_to_be_heard");
  CHECK((*slow)["attempt"] == 1);
  CHECK((*slow)["elapsed_ns"].get<int64_t>() >= 50'000'000);
  // Who reads the journal later is told the same.
  const json again = json::parse(run_host(project, {"report", "latest", "--output", "json=-"}).out);
  for (const json& test : again["tests"])
    if (test["id"] == "talkative::01_talk::waits_to_be_heard") CHECK(test["slow_attempts"] == json({1}));
}

TEST_CASE("WithoutLiveNothingOfAPassedTestIsShown") {
  const Project project(services);
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("talkative.so")});
  CHECK(run.exit_code == 0);
  CHECK_FALSE(holds(run.out, "first"));
}

TEST_CASE("WhoSendsSigusr1IsShownWhatRuns") {
  const Project project(services);
  const std::string gate = (project.folder() / "gate").string();
  RunningHost host(project,
                   {"run", "--plugins", test_plugin("talkative.so"), "is_heard_without_flushing", "-q"},
                   {{"E2E_TEST_GATE", gate}});
  host.wait_for_event("attempt_started");
  const std::string shown =
      "0 of 1 test done after .* s, 1 running\n"
      "RUN talkative::01_talk::is_heard_without_flushing   \\[.* s, worker 0, slot 0, pid [0-9]+\\]\n"
      "  stdout \\([0-9]+ B\\):\n"
      "    a whole line\n";
  CHECK(comes_true([&] {
    host.signal(SIGUSR1);
    return has_like(out_so_far(project), shown);
  }));
  project.write("gate", "");
  const HostRun run = host.wait();
  CHECK(run.exit_code == 0);
  CHECK(run.statuses("talkative::01_talk::is_heard_without_flushing") == "passed");
}

TEST_CASE("ARunOfARepetitionShowsWhatRuns") {
  const Project project(services);
  RunningHost host(
      project,
      {"run", "--plugins", test_plugin("talkative.so"), "is_heard_without_flushing", "-q", "--repeat", "2"},
      {{"E2E_TEST_GATE", (project.folder() / "gate").string()}});
  host.wait_for_event("attempt_started");
  CHECK(comes_true([&] {
    host.signal(SIGUSR1);
    return holds(out_so_far(project), "    a whole line\n");
  }));
  project.write("gate", "");
  CHECK(host.wait().exit_code == 0);
}

TEST_CASE("HowLongTestsTookIsKeptForTheNextRun") {
  const Project project(services);
  run_host(project, {"run", "--plugins", test_plugin("talkative.so"), "says_nothing"});
  CHECK(is_like(project.read(".e2e/durations"), "[0-9]+ talkative::01_talk::says_nothing\n"));
}

TEST_CASE("VerboseTellsWhatEachWorkerUsed") {
  const Project project(services);
  const HostRun run = run_host(
      project, {"run", "--plugins", test_plugin("talkative.so"), "-v", "-j", "2", "--parallel-mode", "test"});
  CHECK(run.exit_code == 0);
  const std::string exit(
      "\nworker [01] in slot [01]   \\[[0-9]+\\.[0-9]{2} s user, [0-9]+\\.[0-9]{2} s system, [0-9.]+ MiB\\]  "
      " "
      "exited with code 0\n");
  CHECK(has_like(run.out, exit));
  CHECK(has_like(run.out,
                 "   slot   workers  attempts +busy +user CPU +system CPU +memory\n"
                 "   0 +[0-9]+ +[0-9]+ .* s +[0-9.]+ MiB\n"));
  const HostRun normal = run_host(project, {"run", "--plugins", test_plugin("talkative.so")});
  CHECK_FALSE(holds(normal.out, "worker 0"));
}
