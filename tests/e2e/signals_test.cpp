// What ends a run early, or an attempt: signals to the host, --run-timeout, --fail-fast, --timeout; and
// --retries.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utmp.h>

#include <atomic>
#include <chrono>
#include <e2e_catch.hpp>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "marked_run.hpp"
#include "not_tested.hpp"

using namespace e2e_test;

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A service on a free loopback port: answers each request with 200, but those for /silence never. One
/// thread, one request a connection.
class HalfSilentServer {
 public:
  HalfSilentServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, any, &size) != 0 || ::pipe2(stop_, O_CLOEXEC) != 0)
      throw std::runtime_error("no server");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HalfSilentServer() {
    ::close(stop_[1]);
    thread_.join();
    for (const int fd : silent_) ::close(fd);
    ::close(stop_[0]);
    ::close(listener_);
  }
  HalfSilentServer(const HalfSilentServer&) = delete;
  HalfSilentServer& operator=(const HalfSilentServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int silent_requests() const { return silent_requests_; }

 private:
  void serve() {
    while (true) {
      pollfd sources[] = {{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}};
      if (::poll(sources, 2, -1) < 0) continue;
      if (sources[1].revents != 0) return;
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection >= 0) answer(connection);
    }
  }
  void answer(int connection) {
    std::string request;
    char bytes[4096];
    ssize_t n = 0;
    while (request.find("\r\n\r\n") == std::string::npos &&
           (n = ::recv(connection, bytes, sizeof bytes, 0)) > 0)
      request.append(bytes, static_cast<size_t>(n));
    if (request.find(" /silence ") != std::string::npos) {
      silent_.push_back(connection);
      ++silent_requests_;
      return;
    }
    const std::string response = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    (void)!::send(connection, response.data(), response.size(), MSG_NOSIGNAL);
    ::close(connection);
  }

  int listener_;
  int stop_[2] = {-1, -1};
  int port_ = 0;
  std::vector<int> silent_;
  std::atomic<int> silent_requests_ = 0;
  std::thread thread_;
};

/// A project for the plugin `tree`, whose tests tell how far they are by making files.
struct TreeProject : Project {
  HalfSilentServer server;
  fs::path told;

  explicit TreeProject(int grace_ms) : Project(""), told(folder() / "told") {
    fs::create_directory(told);
    write("e2e.conf", "services:\n  tree: {base_url: \"" + server.url() +
                          "\"}\nlimits: {grace_period: " + std::to_string(grace_ms) + "}\n");
  }
  [[nodiscard]] std::map<std::string, std::string> environment() const { return {{"TREE_FOLDER", told}}; }
  [[nodiscard]] static std::vector<std::string> arguments(std::vector<std::string> more) {
    more.insert(more.begin(), {"run", "--plugins", test_plugin("tree.so")});
    return more;
  }
  [[nodiscard]] bool has(const std::string& name) const { return fs::exists(told / name); }
  HostRun run(std::vector<std::string> more) const {
    return run_host(*this, arguments(std::move(more)), environment());
  }
};

/// An invocation whose running test has told that it is where it wants to be.
struct ReadyHost : RunningHost {
  ReadyHost(const TreeProject& project, std::vector<std::string> more,
            const std::function<void()>& prepare = {})
      : RunningHost(project, TreeProject::arguments(std::move(more)), project.environment(), prepare) {
    if (!comes_true([&] { return project.has("ready"); })) throw std::runtime_error("no test got ready");
  }
};

double seconds_of(const nlohmann::json& event) { return event.at("duration_ns").get<double>() / 1e9; }

const std::string interruptions = "tree::02_interruptions::", limits = "tree::03_limits::";
const std::string runs_before = interruptions + "runs_before", runs_behind = interruptions + "runs_behind",
                  in_a_request = interruptions + "waits_in_a_request",
                  in_pause = interruptions + "waits_in_pause", goes_on = interruptions + "goes_on_at_term";

/// Every cell of mode and isolation that has processes.
const std::vector<std::vector<std::string>> cells = {{"--isolation", "process", "--parallel-mode", "service"},
                                                     {"--isolation", "process", "--parallel-mode", "test"},
                                                     {"--isolation", "service", "--parallel-mode", "service"},
                                                     {"--isolation", "service", "--parallel-mode", "test"}};

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// The run told its end as its last event, with that exit code and reason.
void check_end(const HostRun& run, int exit_code, const std::string& stopped_by) {
  CHECK(run.exit_code == exit_code);
  REQUIRE_FALSE(run.events.empty());
  CHECK(run.events.back()["event"] == "run_finished");
  CHECK(run.events.back()["exit_code"] == exit_code);
  CHECK(run.events.back().value("stopped_by", "") == stopped_by);
}

void check_not_begun(const HostRun& run, const std::string& test) {
  INFO(test);
  CHECK(run.outcome(test) == "not_run");
  CHECK(run.statuses(test) == "");
}

}  // namespace

TEST_CASE("SignalInterruptsTheRunningTestAndLetsItCleanUp") {
  for (const int number : {SIGINT, SIGTERM})
    for (const auto& cell : cells) {
      INFO(number << " " << cell[1] << " " << cell[3]);
      TreeProject project(20000);
      ReadyHost host(project, joined({"runs_before", "waits_in_a_request", "runs_behind"}, cell));
      host.signal(number);
      const HostRun run = host.wait();
      const std::string name = number == SIGINT ? "SIGINT" : "SIGTERM";
      check_end(run, number == SIGINT ? 130 : 143, name);
      CHECK(run.outcome(runs_before) == "passed");
      CHECK(run.statuses(in_a_request) == "interrupted");
      CHECK(run.last_attempt(in_a_request)["reason"] == "interrupted by " + name);
      CHECK(run.outcome(in_a_request) == "not_run");
      CHECK(project.read("told/cleaned") == "200");
      CHECK_FALSE(project.has("went_on"));
      check_not_begun(run, runs_behind);
    }
}

TEST_CASE("AHangUpAndQuitEndARunAsWellAndTellTheirOwnCode") {
  for (const auto& [number, name, code] :
       {std::tuple{SIGHUP, "SIGHUP", 129}, std::tuple{SIGQUIT, "SIGQUIT", 131}}) {
    INFO(name);
    TreeProject project(20000);
    ReadyHost host(project, {"runs_before", "waits_in_a_request", "runs_behind", "-o", "junit=j.xml"});
    host.signal(number);
    const HostRun run = host.wait();
    check_end(run, code, name);
    CHECK(run.outcome(runs_before) == "passed");
    CHECK(run.last_attempt(in_a_request)["reason"] == std::string("interrupted by ") + name);
    CHECK(project.read("told/cleaned") == "200");
    check_not_begun(run, runs_behind);
    CHECK(run.out.find(std::string("Stopped by ") + name) != std::string::npos);
    CHECK(fs::exists(project.folder() / "j.xml"));
    CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
  }
}

TEST_CASE("ATerminalThatGoesAwayEndsTheRunInGoodOrder") {
  TreeProject project(20000);
  int terminal = -1, other_end = -1;
  if (::openpty(&terminal, &other_end, nullptr, nullptr, nullptr) != 0) {
    not_tested("no terminal can be opened (is /dev/pts mounted?)", Lacking::by_mistake);
    return;
  }
  {
    ReadyHost host(project, {"runs_before", "waits_in_a_request", "runs_behind", "-o", "json=r.json"}, [&] {
      ::close(terminal);
      ::login_tty(other_end);
    });
    ::close(other_end);
    ::close(terminal);
    const HostRun run = host.wait();
    check_end(run, 129, "SIGHUP");
    CHECK(run.outcome(runs_before) == "passed");
    CHECK(run.statuses(in_a_request) == "interrupted");
    CHECK(project.read("told/cleaned") == "200");
    CHECK(nlohmann::json::parse(project.read("r.json"))["run"]["stopped_by"] == "SIGHUP");
  }
}

TEST_CASE("WhatTheCallerHasIgnoredStaysIgnored") {
  TreeProject project(20000);
  ReadyHost host(project, {"waits_in_a_request"}, [] { ::signal(SIGHUP, SIG_IGN); });
  host.signal(SIGHUP);
  host.signal(SIGTERM);
  check_end(host.wait(), 143, "SIGTERM");
}

TEST_CASE("AReaderThatGoesAwayCostsNoResult") {
  TreeProject project(20000);
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const HostRun run =
      run_host(project, TreeProject::arguments({"passes", "fails", "-v", "-o", "json=r.json"}),
               project.environment(), [&] {
                 ::dup2(ends[1], STDOUT_FILENO);
                 ::close(ends[0]);
                 ::signal(SIGPIPE, SIG_DFL);
               });
  ::close(ends[1]);
  ::close(ends[0]);
  check_end(run, 1, "");
  CHECK(nlohmann::json::parse(project.read("r.json"))["run"]["passed"] == 1);
}

namespace {

void let_pass(int64_t ms) {
  const auto end = Clock::now() + std::chrono::milliseconds(ms);
  comes_true([end] { return Clock::now() > end; });
}

/// Stops the host for so long, and lets it have a look at what is late by then.
void stop_for(ReadyHost& host, int64_t ms) {
  host.signal(SIGSTOP);
  let_pass(ms);
  host.signal(SIGCONT);
  let_pass(300);
}

}  // namespace

TEST_CASE("TimeInWhichTheHostWasStoppedCountsForNoLimit") {
  for (const std::string limit : {"--timeout", "--run-timeout"}) {
    INFO(limit);
    TreeProject project(20000);
    ReadyHost host(project, {"waits_for_release", limit, "4000"});
    stop_for(host, 4500);  // a host that counted it would have ended the test then
    project.write("told/release", "");
    const HostRun run = host.wait();
    INFO(run.out);
    CHECK(run.exit_code == 0);
  }
}

TEST_CASE("TimeInWhichTheHostWasStoppedIsNoneOfTheGracePeriod") {
  TreeProject project(4000);
  ReadyHost host(project, {"cleans_up_with_a_program"});
  host.signal(SIGTERM);
  REQUIRE(comes_true([&] { return project.has("cleaning"); }));
  stop_for(host, 2200);  // a host that counted it would have asked the whole group to end then
  project.write("told/release", "");
  const HostRun run = host.wait();
  INFO(run.out);
  check_end(run, 143, "SIGTERM");
  CHECK(project.has("cleaned"));
}

TEST_CASE("SignalEndsASystemCallThatATestWaitsIn") {
  TreeProject project(4000);
  ReadyHost host(project, {"waits_in_pause", "runs_behind"});
  host.signal(SIGINT);
  const HostRun run = host.wait();
  check_end(run, 130, "SIGINT");
  CHECK(run.statuses(in_pause) == "interrupted");
  CHECK(project.has("cleaned"));
  CHECK(seconds_of(run.events.back()) < 3.9);
}

TEST_CASE("SignalIsNamedWhereTheRunIsSummedUp") {
  TreeProject project(20000);
  ReadyHost host(project, {"runs_before", "waits_in_a_request", "runs_behind"});
  host.signal(SIGINT);
  const HostRun run = host.wait();
  INFO(run.out);
  CHECK(run.out.find("Stopped by SIGINT") != std::string::npos);
  CHECK(run.out.find("3 tests, 2 not run") != std::string::npos);
}

TEST_CASE("TestThatGoesOnAtTermIsKilledAfterTheGracePeriod") {
  TreeProject project(400);
  ReadyHost host(project, {"goes_on_at_term", "runs_behind"});
  host.signal(SIGINT);
  const HostRun run = host.wait();
  check_end(run, 130, "SIGINT");
  CHECK(run.statuses(goes_on) == "interrupted");
  CHECK(project.has("term"));
  check_not_begun(run, runs_behind);
}

TEST_CASE("SecondSignalKillsAtOnce") {
  for (const int second : {SIGINT, SIGTERM}) {
    TreeProject project(100000);
    ReadyHost host(project, {"goes_on_at_term", "runs_behind"});
    host.signal(SIGINT);
    REQUIRE(comes_true([&] { return project.has("term"); }));
    const auto start = Clock::now();
    host.signal(second);
    const HostRun run = host.wait();
    CHECK(Clock::now() - start < std::chrono::seconds(20));
    check_end(run, 130, "SIGINT");
    CHECK(run.statuses(goes_on) == "interrupted");
    check_not_begun(run, runs_behind);
    CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
  }
}

TEST_CASE("SecondSignalEndsThreadsThatNothingElseCanEnd") {
  TreeProject project(100000);
  ReadyHost host(project, {"goes_on_at_term", "runs_behind", "--isolation", "none"});
  host.signal(SIGINT);
  REQUIRE(comes_true([&host] { return has_taken(host.pid(), SIGINT); }));
  host.signal(SIGINT);
  const HostRun run = host.wait();
  check_end(run, 130, "SIGINT");
  CHECK(run.statuses(goes_on) == "interrupted");
  CHECK(run.outcome(goes_on) == "not_run");
  check_not_begun(run, runs_behind);
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

TEST_CASE("RunTimeoutEndsTheRunningTestAndTheRest") {
  for (const auto& cell : cells) {
    INFO(cell[1] << " " << cell[3]);
    TreeProject project(20000);
    const HostRun run = project.run(
        joined({"runs_before", "waits_in_a_request", "runs_behind", "--run-timeout", "700"}, cell));
    check_end(run, 1, "--run-timeout=700");
    CHECK(run.outcome(runs_before) == "passed");
    CHECK(run.statuses(in_a_request) == "timed_out");
    CHECK(run.last_attempt(in_a_request)["reason"] == "the run took longer than 700 ms");
    CHECK(run.last_attempt(in_a_request)["stacks"].dump().find("02_interruptions.cpp") != std::string::npos);
    CHECK(run.outcome(in_a_request) == "failed");
    CHECK(project.read("told/cleaned") == "200");
    check_not_begun(run, runs_behind);
  }
}

TEST_CASE("FailFastStopsHandingOut") {
  for (const char* isolation : {"process", "service"}) {
    INFO(isolation);
    TreeProject project(300);
    const std::vector<std::string> tests = {"fails",       "fails_too", "passes",          "-j",  "0",
                                            "--isolation", isolation,   "--parallel-mode", "test"};
    const HostRun first = project.run(joined(tests, {"--fail-fast"}));
    check_end(first, 1, "--fail-fast=1");
    CHECK(first.outcome(limits + "fails") == "failed");
    check_not_begun(first, limits + "fails_too");
    check_not_begun(first, limits + "passes");

    const HostRun second = project.run(joined(tests, {"--fail-fast=2"}));
    check_end(second, 1, "--fail-fast=2");
    CHECK(second.outcome(limits + "fails") == "failed");
    CHECK(second.outcome(limits + "fails_too") == "failed");
    check_not_begun(second, limits + "passes");

    const HostRun never = project.run(joined(tests, {"--fail-fast=3"}));
    check_end(never, 1, "");
    CHECK(never.outcome(limits + "passes") == "passed");
  }
}

TEST_CASE("FailFastEndsAUnitInModeService") {
  // The word has to reach the worker, which may have begun the next test meanwhile: that one ends as it may.
  for (const char* isolation : {"process", "service"}) {
    INFO(isolation);
    TreeProject project(300);
    const HostRun run = project.run({"fails_too", "takes_its_time", "passes", "-j", "0", "--fail-fast",
                                     "--isolation", isolation, "--parallel-mode", "service"});
    check_end(run, 1, "--fail-fast=1");
    CHECK(run.outcome(limits + "fails_too") == "failed");
    check_not_begun(run, limits + "passes");
  }
}

TEST_CASE("RetriesTryFailedTestsAgain") {
  for (const auto& cell : cells) {
    INFO(cell[1] << " " << cell[3]);
    TreeProject project(300);
    const HostRun run = project.run(
        joined({"fails", "wants_no_retry", "passes_at_the_third_attempt", "passes", "--retries", "2"}, cell));
    check_end(run, 1, "");
    CHECK(run.statuses(limits + "fails") == "failed failed failed");
    CHECK(run.outcome(limits + "fails") == "failed");
    CHECK(run.statuses(limits + "wants_no_retry") == "failed");
    CHECK(run.statuses(limits + "passes_at_the_third_attempt") == "failed failed passed");
    CHECK(run.outcome(limits + "passes_at_the_third_attempt") == "flaky");
    CHECK(run.statuses(limits + "passes") == "passed");
  }
}

TEST_CASE("TimeoutIsForTestsThatNameNone") {
  for (const auto& cell : cells) {
    INFO(cell[1] << " " << cell[3]);
    TreeProject project(300);
    const HostRun run = project.run(joined(
        {"names_no_timeout", "names_a_short_timeout", "names_a_long_timeout", "--timeout", "300"}, cell));
    check_end(run, 1, "");
    CHECK(run.statuses(limits + "names_no_timeout") == "timed_out");
    CHECK(run.last_attempt(limits + "names_no_timeout")["reason"].get<std::string>().find(
              "no end within 300 ms") == 0);
    CHECK(run.statuses(limits + "names_a_short_timeout") == "timed_out");
    CHECK(run.last_attempt(limits + "names_a_short_timeout")["reason"].get<std::string>().find(
              "no end within 150 ms") == 0);
    CHECK(run.statuses(limits + "names_a_long_timeout") == "passed");
    CHECK(seconds_of(run.last_attempt(limits + "names_a_long_timeout")) >= 0.6);
  }
}

TEST_CASE("TimedOutRequestIsCancelledWithoutUsingUpTheGracePeriod") {
  for (const auto& cell : cells) {
    INFO(cell[1] << " " << cell[3]);
    TreeProject project(40000);
    const HostRun run = project.run(joined({"waits_in_a_request", "runs_behind", "--timeout", "300"}, cell));
    check_end(run, 1, "");
    const auto attempt = run.last_attempt(in_a_request);
    CHECK(attempt["status"] == "timed_out");
    CHECK(attempt["reason"] == "no end within 300 ms");
    CHECK(seconds_of(attempt) >= 0.3);
    CHECK(seconds_of(attempt) < 15);
    CHECK(project.server.silent_requests() == 1);
    CHECK_FALSE(project.has("went_on"));
    // The cleanup's own request was sent and answered.
    CHECK(project.read("told/cleaned") == "200");
    REQUIRE(attempt["exchanges"].size() == 2);
    CHECK(attempt["exchanges"][0].value("status", 0) == 0);
    CHECK(attempt["exchanges"][0]["error"].get<std::string>().find("cancelled") == 0);
    CHECK(attempt["exchanges"][1]["status"] == 200);
    // The rest goes on in a replacement.
    CHECK(run.outcome(runs_behind) == "passed");
  }
}
