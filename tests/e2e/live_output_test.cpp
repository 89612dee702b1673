// What is shown while a run goes on: --live, and what --verbose tells of workers.
#include <chrono>
#include <e2e_catch.hpp>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "host_run.hpp"
#include "marked_run.hpp"

using namespace e2e_test;

namespace {

const std::string services = "services:\n  talkative: {base_url: \"http://127.0.0.1:9\"}\n";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("LiveOutputComesWhileTheTestRuns") {
  const Project project(services);
  const std::string gate = (project.folder() / "gate").string();
  RunningHost host(project, {"run", "--plugins", test_plugin("talkative.so"), "--live"},
                   {{"E2E_TEST_GATE", gate}});
  const auto out = [&] {
    std::string text;
    for (int number = 1; number < 20; ++number) text += project.read("out-" + std::to_string(number));
    return text;
  };
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

TEST_CASE("WithoutLiveNothingOfAPassedTestIsShown") {
  const Project project(services);
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("talkative.so")});
  CHECK(run.exit_code == 0);
  CHECK_FALSE(holds(run.out, "first"));
}

TEST_CASE("VerboseTellsWhatEachWorkerUsed") {
  const Project project(services);
  const HostRun run = run_host(
      project, {"run", "--plugins", test_plugin("talkative.so"), "-v", "-j", "2", "--parallel-mode", "test"});
  CHECK(run.exit_code == 0);
  const std::regex exit(
      "\nworker [01] in slot [01]   \\[[0-9]+\\.[0-9]{2} s user, [0-9]+\\.[0-9]{2} s system, [0-9.]+ MiB\\]  "
      " "
      "exited with code 0\n");
  CHECK(std::regex_search(run.out, exit));
  CHECK(std::regex_search(run.out,
                          std::regex("   slot   workers  attempts +busy +user CPU +system CPU +memory\n"
                                     "   0 +1 +1 .* s +[0-9.]+ MiB\n")));
  const HostRun normal = run_host(project, {"run", "--plugins", test_plugin("talkative.so")});
  CHECK_FALSE(holds(normal.out, "worker 0"));
}
