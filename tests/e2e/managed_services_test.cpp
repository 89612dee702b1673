// Services that the run starts itself: services.NAME.start.
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "loopback_listener.hpp"
#include "marked_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

const std::string leased = "http://127.0.0.1:${service.port}";

/// An e2e.conf with the service `served`; further words for the tiny server, and further keys of `start`.
std::string config(const std::string& words = "", const std::string& keys = "",
                   const std::string& base_url = leased, const std::string& port = "${service.port}") {
  return "services:\n  served:\n    base_url: \"" + base_url + "\"\n    start:\n      command: [\"" +
         E2E_TINY_SERVER + "\", \"" + port + "\"" + words + "]\n" + keys + "limits: {grace_period: 300}\n";
}

std::vector<std::string> run_of(const std::string& selection, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {"run", selection, "--plugins", test_plugin("served.so")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

bool is_port_free(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_free = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::listen(socket, 1) == 0;
  ::close(socket);
  return is_free;
}

int port_of(const LoopbackListener& listener) {
  return std::stoi(listener.url().substr(listener.url().rfind(':') + 1));
}

std::string trouble_of(const HostRun& run) {
  std::string text;
  for (const auto& trouble : run.all("trouble")) text += trouble["text"].get<std::string>() + "\n";
  return text;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// "PID PORT TMPDIR" lines that servers told in a file of the project.
struct Told {
  pid_t pid;
  int port;
  std::string folder;
};
std::vector<Told> told(const Project& project) {
  std::vector<Told> all;
  std::istringstream lines(fs::exists(project.folder() / "told") ? project.read("told") : "");
  for (Told one; lines >> one.pid >> one.port >> one.folder;) all.push_back(one);
  return all;
}

}  // namespace

TEST_CASE("ServiceIsStartedBeforeTheFirstTestAndEndedBehindTheLast") {
  for (const std::string isolation : {"process", "service", "none"}) {
    INFO(isolation);
    const Project project(config(", --tell, told"));
    const HostRun run = run_host(project, run_of("01_served", {"--isolation", isolation}));
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    REQUIRE(run.all("service_started").size() == 1);
    REQUIRE(run.all("service_exited").size() == 1);
    const auto servers = told(project);
    REQUIRE(servers.size() == 1);
    const auto started = run.all("service_started")[0], exited = run.all("service_exited")[0];
    CHECK(started["service"] == "served");
    CHECK(started["pid"] == servers[0].pid);
    CHECK(started["port"] == servers[0].port);
    CHECK(started["base_url"] == "http://127.0.0.1:" + std::to_string(servers[0].port));
    CHECK(fs::exists(started["log"].get<std::string>()));
    CHECK(started["seq"] < run.all("attempt_started")[0]["seq"]);
    CHECK(exited["is_expected"] == true);
    CHECK(exited["ending"] == "killed by SIGTERM");
    CHECK(exited["seq"] > run.all("test_finished").back()["seq"]);
    CHECK_FALSE(Process(servers[0].pid).is_running());
    CHECK(is_port_free(servers[0].port));
    // The folder that services share, which went with the run.
    CHECK(contains(servers[0].folder, "/services"));
    CHECK_FALSE(fs::exists(servers[0].folder));
  }
}

TEST_CASE("ServiceWithoutSelectedTestsIsNotStarted") {
  const Project project(config(", --tell, told"));
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list", "--plugins", test_plugin("served.so")},
        run_of("no_such_test"),
        {"run", "--plugins", test_plugin("served.so"), test_plugin("verdicts.so"), "--module", "nothing"}})
    run_host(project, arguments);
  CHECK(told(project).empty());
}

TEST_CASE("ServiceIsWaitedForUntilItIsReady") {
  for (const std::string ready : {"ready: port", "ready: /some/where", "reuse: false"}) {
    INFO(ready);
    const Project project(config(", --after, go, --tell, told", "      " + ready + "\n"));
    RunningHost host(project, run_of("01_served"));
    CHECK_FALSE(host.run_id().empty());
    // It has been started, and is not ready: nothing has begun.
    REQUIRE(comes_true([&] { return fs::exists(project.folder() / ".e2e"); }));
    project.write("go", "");
    const HostRun run = host.wait();
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.all("service_started").at(0)["seq"] < run.all("attempt_started").at(0)["seq"]);
    CHECK(told(project).size() == 1);
  }
}

TEST_CASE("ServiceThatIsNeverReadyEndsTheRun") {
  SECTION("it does not listen") {
    const Project project(config(", --say, hello there, --deaf", "      ready_timeout: 300\n"));
    const HostRun run = run_host(project, run_of("01_served"));
    CHECK(run.exit_code == 4);
    CHECK(contains(trouble_of(run), "service served did not start: it did not answer GET http://127.0.0.1:"));
    CHECK(contains(trouble_of(run), "/health with 2xx within 300 ms: Connection refused, after 0."));
    CHECK(contains(trouble_of(run), "\n  | hello there\n"));
    CHECK(contains(run.out, "trouble: service served did not start"));
    CHECK(run.all("run_finished").at(0)["stopped_by"] == "service served did not start");
    CHECK(run.all("attempt_started").empty());
    CHECK(run.outcome("served::01_served::asks") == "not_run");
    CHECK(run.all("service_started").empty());
    CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
  }
  SECTION("it answers that it is not well") {
    const Project project(config(", --status, 503", "      ready_timeout: 300\n"));
    const HostRun run = run_host(project, run_of("01_served"));
    CHECK(run.exit_code == 4);
    CHECK(contains(trouble_of(run), "within 300 ms: it answered 503"));
  }
  SECTION("it ends") {
    const Project project(config(", --say, no such luck, --exit, 3"));
    const HostRun run = run_host(project, run_of("01_served"));
    CHECK(run.exit_code == 4);
    CHECK(
        contains(trouble_of(run), "service served did not start: it exited with code 3 before it was ready"));
    CHECK(contains(trouble_of(run), "\ncommand: "));
    CHECK(contains(trouble_of(run), "--say 'no such luck' --exit 3\nlog: "));
    CHECK(contains(trouble_of(run), "\n  | no such luck\n"));
  }
}

TEST_CASE("CommandThatCanNotBeStartedIsNamed") {
  const auto with = [](const std::string& command, const std::string& keys = "") {
    return "services:\n  served:\n    base_url: \"" + leased + "\"\n    start:\n      command: " + command +
           "\n" + keys;
  };
  const auto trouble = [](const std::string& text) {
    const Project project(text);
    const HostRun run = run_host(project, run_of("01_served"));
    CHECK(run.exit_code == 4);
    return trouble_of(run);
  };
  CHECK(contains(trouble(with("[no-such-program]")),
                 "did not start: there is no program 'no-such-program' in the folders of PATH"));
  CHECK(contains(trouble(with("[./no-such-program]")),
                 "did not start: there is no program './no-such-program' in "));
  CHECK(contains(trouble(with("[./e2e.conf]")), "e2e.conf can't be started: Permission denied"));
  CHECK(contains(trouble(with("[sleep, 1]", "      cwd: nowhere\n")), "did not start: there is no folder "));
  CHECK(contains(trouble(with("exit 7")), "did not start: it exited with code 7 before it was ready"));
}

TEST_CASE("AllServicesThatDoNotStartAreNamedAndTheOthersStopped") {
  const std::string server = E2E_TINY_SERVER;
  const std::string base = "\n    base_url: \"" + leased + "\"\n    start: ";
  const Project project("services:\n  served:" + base + "{command: [\"" + server +
                        "\", \"1\", --exit, \"5\"]}\n  verdicts:" + base + "{command: [\"" + server +
                        "\", \"1\", --exit, \"6\"]}\n  tree:" + base + "{command: [\"" + server +
                        "\", \"${service.port}\", --tell, told]}\n");
  const HostRun run = run_host(project, {"run", "--plugins", test_plugin("served.so"), "--plugins",
                                         test_plugin("verdicts.so"), "--plugins", test_plugin("tree.so")});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 4);
  CHECK(run.all("trouble").size() == 2);
  CHECK(contains(trouble_of(run), "service served did not start: it exited with code 5"));
  CHECK(contains(trouble_of(run), "service verdicts did not start: it exited with code 6"));
  CHECK(run.all("attempt_started").empty());
  CHECK(processes_of_run(run.all("run_started").at(0)["run_id"]).empty());
}

TEST_CASE("PortThatIsTakenIsToldWithWhoHasIt") {
  const LoopbackListener other;
  const int port = port_of(other);
  const Project project(config("", "", other.url(), std::to_string(port)));
  const HostRun run = run_host(project, run_of("01_served"));
  CHECK(run.exit_code == 4);
  CHECK(contains(trouble_of(run), "service served did not start: port " + std::to_string(port) +
                                      " of 127.0.0.1 is taken by "));
  CHECK(contains(trouble_of(run), "(pid " + std::to_string(::getpid()) + ")"));
}

TEST_CASE("ServiceThatRunsAlreadyIsUsedWhereThatIsAskedFor") {
  // The first run's service, with a test that waits, serves the second.
  const Project first(config());
  RunningHost host(first, run_of("03_waiting"));
  const auto started = host.wait_for_event("service_started");
  const std::string url = started["base_url"], port = std::to_string(started["port"].get<int>());
  const Project second(config(", --tell, told", "      reuse: true\n", url, port));
  const HostRun run = run_host(second, run_of("01_served"));
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(told(second).empty());
  CHECK(run.all("service_started").at(0)["pid"] == 0);
  CHECK(run.all("service_exited").empty());
  CHECK(Process(started["pid"].get<pid_t>()).is_running());
  host.signal(SIGINT);
  CHECK(host.wait().exit_code == 130);
  // Nobody answers there any more: it is started.
  const HostRun alone = run_host(second, run_of("01_served"));
  CHECK(alone.exit_code == 0);
  CHECK(told(second).size() == 1);
}

TEST_CASE("ServiceThatDiesIsToldAtEachTestThatItFailed") {
  for (const std::string isolation : {"process", "service"}) {
    INFO(isolation);
    const Project project(config());
    const HostRun run = run_host(project, run_of("02_death", {"--isolation", isolation}));
    INFO(run.out << run.err);
    CHECK(run.exit_code == 4);
    CHECK(contains(trouble_of(run), "service served died: killed by SIGSEGV, "));
    CHECK(contains(trouble_of(run), "\n  | about to die\n"));
    const auto exited = run.all("service_exited");
    REQUIRE(exited.size() == 1);
    CHECK(exited[0]["is_expected"] == false);
    CHECK(exited[0]["ending"] == "killed by SIGSEGV");
    const auto notes = [&](const std::string& test) {
      return run.last_attempt("served::02_death::" + test).value("notes", nlohmann::json::array()).dump();
    };
    CHECK(run.outcome("served::02_death::before") == "passed");
    CHECK(run.outcome("served::02_death::makes_it_die") == "failed");
    CHECK(contains(notes("makes_it_die"), "service served died in this attempt: killed by SIGSEGV, "));
    CHECK(run.outcome("served::02_death::behind") == "failed");
    // It may begin while the kernel still takes the dying process apart.
    const bool was_down = contains(notes("behind"), "service served was down: killed by SIGSEGV, ");
    const bool was_dying =
        contains(notes("behind"), "service served died in this attempt: killed by SIGSEGV, ");
    CHECK(was_down != was_dying);
    CHECK(contains(run.out, was_down ? "note: service served was down: killed by SIGSEGV, "
                                     : "note: service served died in this attempt: killed by SIGSEGV, "));
    CHECK(run.outcome("served::02_death::does_not_ask") == "passed");
    CHECK(notes("does_not_ask") == "[]");
    // It is not started again silently.
    CHECK(run.all("service_started").size() == 1);
  }
}

TEST_CASE("ServiceThatIgnoresItsSignalIsKilledWithAllItLeft") {
  const Project project(config(", --ignore-term, --family, family", "      stop_timeout: 100\n"));
  const HostRun run = run_host(project, run_of("01_served"));
  CHECK(run.exit_code == 0);
  CHECK(run.all("service_exited").at(0)["ending"] == "killed by SIGKILL");
  CHECK(run.all("service_exited").at(0)["is_expected"] == true);
  pid_t in_group = 0, outside = 0;
  std::istringstream(project.read("family")) >> in_group >> outside;
  REQUIRE(outside > 0);
  CHECK_FALSE(Process(in_group).is_running());
  CHECK_FALSE(Process(outside).is_running());
}

TEST_CASE("WordsVariablesAndFolderAreAsConfigured") {
  const Project project("services:\n  served:\n    base_url: \"" + leased +
                        "\"\n    start:\n      command: 'echo \"$KEY/$GONE/$(pwd)\" > "
                        "\"$SHARED/seen\"; cat \"$SHARED/seen\"; exec \"$SERVER\" ${service.port}'\n      "
                        "env: {KEY: value, GONE: null, SHARED: "
                        "\"${run.folder}\", SERVER: \"" +
                        std::string(E2E_TINY_SERVER) +
                        "\"}\n      cwd: sub\n      log: logs/served.log\n      stop_signal: INT\n");
  fs::create_directory(project.folder() / "sub");
  const HostRun run = run_host(project, run_of("01_served"), {{"GONE", "not gone"}});
  INFO(run.out << run.err);
  CHECK(run.exit_code == 0);
  CHECK(project.read("logs/served.log") ==
        "value//" + (fs::canonical(project.folder()) / "sub").string() + "\n");
  CHECK(run.all("service_exited").at(0)["ending"] == "killed by SIGINT");
}

TEST_CASE("EachSlotHasAnInstanceOfItsOwnWhereThatIsAskedFor") {
  for (const std::string workers : {"1", "2", "4"})
    for (const std::string isolation : {"process", "service"}) {
      INFO(workers << " " << isolation);
      const Project project(config(", --tell, told", "      instances: worker\n"));
      const HostRun run = run_host(
          project, run_of("01_served", {"-j", workers, "--parallel-mode", "test", "--isolation", isolation}));
      INFO(run.out << run.err);
      CHECK(run.exit_code == 0);
      // One for each slot that had a test, however many workers the slot had.
      std::set<int> slots, served;
      for (const auto& attempt : run.all("attempt_started")) slots.insert(attempt["slot"].get<int>());
      for (const auto& started : run.all("service_started")) served.insert(started["slot"].get<int>());
      CHECK(slots == served);
      CHECK(told(project).size() == slots.size());
      CHECK(run.all("service_exited").size() == slots.size());
      std::set<int> ports;
      for (const auto& server : told(project)) ports.insert(server.port);
      CHECK(ports.size() == slots.size());
    }
}

TEST_CASE("InstanceThatDoesNotComeUpInMidRunEndsIt") {
  const Project project(config(", --exit, 9", "      instances: worker\n"));
  const HostRun run = run_host(project, run_of("01_served", {"-j", "2", "--parallel-mode", "test"}));
  CHECK(run.exit_code == 4);
  CHECK(contains(trouble_of(run), "service served of slot 0 did not start: it exited with code 9"));
  CHECK(run.all("attempt_started").empty());
}

TEST_CASE("RunsAtOnceHaveServicesAndPortsOfTheirOwn") {
  const Project project(config(", --tell, told"));
  std::vector<std::unique_ptr<Project>> projects;
  std::vector<std::unique_ptr<RunningHost>> hosts;
  for (int i = 0; i < 3; ++i) {
    projects.push_back(std::make_unique<Project>(config(", --tell, told")));
    hosts.push_back(std::make_unique<RunningHost>(*projects.back(), run_of("01_served")));
  }
  for (auto& host : hosts) CHECK(host->wait().exit_code == 0);
  std::set<std::string> folders;
  for (auto& one : projects) {
    REQUIRE(told(*one).size() == 1);
    folders.insert(told(*one)[0].folder);
  }
  CHECK(folders.size() == 3);
}

TEST_CASE("NothingOfAServiceIsLeftWhoeverIsKilled") {
  // H host, L launcher, K keeper, W worker, S the service.
  for (const std::string who : {"H", "L", "K", "W", "S", "HL", "HK", "KH", "LK", "KL", "HS", "KS", "WK"}) {
    INFO(who);
    const Project project(config(", --ignore-term, --family, family, --tell, told"));
    fs::create_directory(project.folder() / "tmp");
    RunningHost host(project, run_of("03_waiting"), {{"TMPDIR", project.folder() / "tmp"}});
    const std::string run_id = host.run_id();
    const auto started = host.wait_for_event("service_started");
    const auto worker = host.wait_for_event("worker_started");
    host.wait_for_event("attempt_started");
    const auto only = [](const std::vector<pid_t>& pids) {
      REQUIRE(pids.size() == 1);
      return pids[0];
    };
    const pid_t launcher = only(children_of(host.pid(), "e2e-launcher"));
    const pid_t keeper = only(children_of(launcher, "e2e-keeper"));
    for (const char letter : who)
      ::kill(letter == 'H'   ? host.pid()
             : letter == 'L' ? launcher
             : letter == 'K' ? keeper
             : letter == 'W' ? worker["pid"].get<pid_t>()
                             : started["pid"].get<pid_t>(),
             SIGKILL);
    // The request of the test ends where the service does, or its worker.
    if (who == "L") CHECK(host.wait().exit_code == 4);
    if (who == "W") CHECK(host.wait().exit_code == 1);
    if (who == "K" || who == "S" || who == "KS" || who == "WK") {
      const HostRun end = host.wait();
      CHECK(end.exit_code == 4);
      // Who kills both may have the service's death told first, or its keeper's.
      if (who == "K" || who == "WK")
        CHECK(
            contains(trouble_of(end), "the keeper process was killed, and with it the services that it ran"));
      if (who == "S") CHECK(contains(trouble_of(end), "service served died: killed by SIGKILL"));
    }
    CHECK(comes_true([&] { return processes_of_run(run_id).empty(); }));
    CHECK(comes_true([&] { return fs::is_empty(project.folder() / "tmp"); }));
    CHECK(is_port_free(started["port"]));
    pid_t in_group = 0, outside = 0;
    std::istringstream(project.read("family")) >> in_group >> outside;
    REQUIRE(outside > 0);
    CHECK_FALSE(Process(in_group).is_running());
    CHECK_FALSE(Process(outside).is_running());
  }
}

TEST_CASE("AServiceDiesWhereHostLauncherAndKeeperAreKilledAtOnce") {
  const Project project(config(", --ignore-term, --family, family"));
  RunningHost host(project, run_of("03_waiting"));
  const Process service(host.wait_for_event("service_started")["pid"].get<pid_t>());
  host.wait_for_event("attempt_started");
  const auto launchers = children_of(host.pid(), "e2e-launcher");
  REQUIRE(launchers.size() == 1);
  const auto keepers = children_of(launchers[0], "e2e-keeper");
  REQUIRE(keepers.size() == 1);
  REQUIRE(service.is_running());
  for (const pid_t victim : {host.pid(), launchers[0], keepers[0]}) ::kill(victim, SIGKILL);
  CHECK(comes_true([&] { return !service.is_running(); }));
  // What it started goes on: that is not promised.
  std::istringstream family(project.read("family"));
  for (pid_t child = 0; family >> child;) ::kill(child, SIGKILL);
  if (service.is_running()) ::kill(service.pid(), SIGKILL);
}

TEST_CASE("SignalsEndServicesToo") {
  const Project project(config());
  RunningHost host(project, run_of("03_waiting"));
  const auto started = host.wait_for_event("service_started");
  host.wait_for_event("attempt_started");
  host.signal(SIGTERM);
  const HostRun run = host.wait();
  CHECK(run.exit_code == 143);
  CHECK(run.all("service_exited").at(0)["ending"] == "killed by SIGTERM");
  CHECK_FALSE(Process(started["pid"].get<pid_t>()).is_running());
}

TEST_CASE("VerboseShowsServicesComeAndGo") {
  const Project project(config());
  const HostRun run = run_host(project, run_of("01_served", {"--verbose"}));
  CHECK(contains(run.out, "UP served   http://127.0.0.1:"));
  CHECK(contains(run.out, "DOWN served   [killed by SIGTERM after "));
  CHECK_FALSE(contains(run_host(project, run_of("01_served")).out, "UP served"));
}

TEST_CASE("SecretsOfAServiceAreInNoLogMessageOrEvent") {
  const std::string secret = "pl4nted-Secret";
  const std::string ends[] = {"exec '" + std::string(E2E_TINY_SERVER) + "' ${service.port}", "exit 3"};
  for (const std::string& end : ends) {
    const Project project("secrets: {variables: [PLANTED]}\nservices:\n  served:\n    base_url: \"" + leased +
                          "\"\n    start:\n      command: [sh, -c, \"echo has ${PLANTED}; printf pl4nted-; " +
                          "echo Secret; echo of the environment: $PLANTED; " + end + "\"]\n");
    const HostRun run =
        run_host(project, run_of("01_served", {"-v", "-o", "json", "-o", "junit", "-o", "html"}),
                 {{"PLANTED", secret}});
    INFO(run.out << run.err);
    CHECK(run.exit_code == (end == "exit 3" ? 4 : 0));
    if (end == "exit 3") CHECK(contains(trouble_of(run), "| has ***\n  | ***\n  | of the environment: ***"));
    CHECK_FALSE(contains(run.out + run.err, secret));
    size_t logs = 0;
    for (const auto& entry : fs::recursive_directory_iterator(project.folder() / ".e2e")) {
      if (!entry.is_regular_file()) continue;
      const std::string text = project.read(fs::relative(entry.path(), project.folder()).string());
      INFO(entry.path());
      CHECK_FALSE(contains(text, secret));
      if (contains(text, "has ***\n***\nof the environment: ***\n") && entry.path().extension() == ".log")
        ++logs;
    }
    CHECK(logs == 1);
  }
}
