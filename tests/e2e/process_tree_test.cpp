// Whichever one or two processes of a run are killed by SIGKILL, nothing of it is left:
// docs/design/002-process-tree.md.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <e2e_catch.hpp>
#include <map>
#include <stdexcept>
#include <thread>

#include "marked_run.hpp"

using namespace e2e_test;

namespace {

const std::string first = "tree::01_families::first_family", second = "tree::01_families::second_family",
                  third = "tree::01_families::runs_after_them";

/// Two tests in two workers, both with their families complete; a third that waits for a slot.
struct TwoFamilies : MarkedRun {
  std::map<std::string, pid_t> first_family, second_family;
  std::vector<Process> members;

  explicit TwoFamilies(const std::string& isolation)
      : MarkedRun({"01_families", "-j", "2", "--parallel-mode", "test", "--isolation", isolation, "-o",
                   "json=report.json"}) {
    first_family = family("first");
    second_family = family("second");
    for (const auto* members_of : {&first_family, &second_family})
      for (const auto& [kind, pid] : *members_of) members.emplace_back(pid);
  }

  /// H host, L launcher, K keeper, W the first test's worker, G its forked child.
  pid_t pid_of(char who) {
    switch (who) {
      case 'H':
        return host().pid();
      case 'L':
        return launcher();
      case 'K':
        return keeper();
      case 'W':
        return first_family.at("worker");
      case 'G':
        return first_family.at("plain");
      default:
        throw std::logic_error("nobody is called that");
    }
  }

  void kill(const std::string& who) {
    std::vector<pid_t> victims;
    for (const char letter : who) victims.push_back(pid_of(letter));
    for (const pid_t victim : victims) ::kill(victim, SIGKILL);
  }

  void release_second() const { ::kill(second_family.at("plain"), SIGUSR1); }
  void release_first() const { ::kill(first_family.at("plain"), SIGUSR1); }

  /// Waits for the end of all members, without those of a kind.
  bool are_members_gone(const std::string& but = "") {
    return comes_true([&] {
      return std::none_of(members.begin(), members.end(), [&](const Process& member) {
        const bool is_excepted =
            !but.empty() && (first_family[but] == member.pid() || second_family[but] == member.pid());
        return !is_excepted && member.is_running();
      });
    });
  }
};

void check_nothing_is_left(TwoFamilies& run, const std::string& but = "") {
  CHECK(run.are_members_gone(but));
  const bool is_gone = comes_true([&] { return run.is_gone(); });
  INFO(run.left());
  CHECK(is_gone);
}

/// One that was killed behind its launcher may have heard of that before, and have ended the run.
void check_host_was_killed(const HostRun& end, const std::string& who) {
  INFO(end.exit_code);
  CHECK((end.exit_code == 128 + SIGKILL || (who == "LH" && end.exit_code == 4)));
}

const std::vector<std::string> isolations = {"process", "service"};

}  // namespace

TEST_CASE("HostKilledAloneOrWithAnyButTheLauncher") {
  for (const auto& isolation : isolations)
    for (const std::string who : {"H", "HK", "KH", "HW", "WH", "HG", "GH"}) {
      INFO(isolation << " " << who);
      TwoFamilies run(isolation);
      run.kill(who);
      const HostRun end = run.host().wait();
      CHECK(end.exit_code == 128 + SIGKILL);
      CHECK(end.all("run_started").size() == 1);
      CHECK(end.all("run_finished").empty());
      check_nothing_is_left(run);
    }
}

TEST_CASE("HostAndLauncherKilledAtOnce") {
  for (const auto& isolation : isolations)
    for (const std::string who : {"HL", "LH"}) {
      INFO(isolation << " " << who);
      TwoFamilies run(isolation);
      run.kill(who);
      check_host_was_killed(run.host().wait(), who);
      // Not promised here: a process that has given up both its environment and the run's memory.
      check_nothing_is_left(run, "forgetful");
      for (const auto* family : {&run.first_family, &run.second_family})
        ::kill(family->at("forgetful"), SIGKILL);
    }
}

TEST_CASE("WorkersDieWhereHostLauncherAndKeeperAreKilledAtOnce") {
  for (const auto& isolation : isolations) {
    INFO(isolation);
    TwoFamilies run(isolation);
    run.kill("HLK");
    CHECK(run.host().wait().exit_code == 128 + SIGKILL);
    // They wait for their children, which go on: nothing else tells them.
    for (auto* family : {&run.first_family, &run.second_family}) {
      const pid_t worker = family->at("worker");
      const auto is_member = [&](const Process& member) { return member.pid() == worker; };
      const auto found = std::find_if(run.members.begin(), run.members.end(), is_member);
      CHECK(comes_true([&] { return !found->is_running(); }));
    }
    for (const Process& member : run.members)
      if (member.is_running()) ::kill(member.pid(), SIGKILL);
  }
}

TEST_CASE("LauncherKilledAloneOrWithAnyButTheHost") {
  for (const auto& isolation : isolations)
    for (const std::string who : {"L", "LK", "KL", "LW", "WL", "LG", "GL"}) {
      INFO(isolation << " " << who);
      TwoFamilies run(isolation);
      run.kill(who);
      const HostRun end = run.host().wait();
      CHECK(run.is_gone());
      CHECK(run.are_members_gone());
      CHECK(end.exit_code == 4);
      CHECK(end.all("trouble").at(0)["text"] == "the launcher process was killed: the run cannot go on");
      CHECK(end.all("run_finished").at(0)["stopped_by"] == "the launcher was killed");
      CHECK(end.statuses(second) == "interrupted");
      CHECK(end.outcome(second) == "not_run");
      // Every report is written.
      const auto report = nlohmann::json::parse(run.project().read("report.json"));
      CHECK(report["run"]["exit_code"] == 4);
      REQUIRE(report["tests"].size() == 3);
      for (const auto& test : report["tests"]) CHECK(test["outcome"] == end.outcome(test["id"]));
      // Killed with a part of it, the first test may have ended before, and given its slot to the third.
      if (who.find_first_of("WG") != std::string::npos) {
        const bool is_worker = who.find('W') != std::string::npos;
        const std::string status = end.statuses(first);
        CHECK((status == "interrupted" || status == (is_worker ? "crashed" : "failed")));
        CHECK(end.outcome(first) == (status == "interrupted" ? "not_run" : "failed"));
        CHECK((end.outcome(third) == "not_run" || end.outcome(third) == "passed"));
        continue;
      }
      CHECK(end.statuses(first) == "interrupted");
      CHECK(end.statuses(third) == "");
      CHECK(end.outcome(third) == "not_run");
    }
}

TEST_CASE("KeeperKilledAloneIsReplacedUnnoticed") {
  for (const auto& isolation : isolations) {
    INFO(isolation);
    TwoFamilies run(isolation);
    const pid_t keeper = run.keeper();
    run.kill("K");
    CHECK(comes_true([&] { return run.keeper() != keeper; }));
    run.release_first();
    run.release_second();
    const HostRun end = run.host().wait();
    CHECK(run.is_gone());
    CHECK(run.are_members_gone());
    CHECK(end.exit_code == 0);
    CHECK(end.all("trouble").empty());
    for (const auto& test : {first, second, third}) CHECK(end.outcome(test) == "passed");
  }
}

TEST_CASE("ReplacedKeeperStillCleansUpAfterHostAndLauncher") {
  TwoFamilies run("process");
  run.kill("K");
  run.keeper();
  run.kill("HL");
  CHECK(run.host().wait().exit_code == 128 + SIGKILL);
  check_nothing_is_left(run, "forgetful");
  for (const auto* family : {&run.first_family, &run.second_family}) ::kill(family->at("forgetful"), SIGKILL);
}

TEST_CASE("WorkerKilledCostsItsTestOnly") {
  for (const auto& isolation : isolations)
    for (const std::string who : {"W", "WK", "KW", "WG"}) {
      INFO(isolation << " " << who);
      TwoFamilies run(isolation);
      run.kill(who);
      run.host().wait_for_event("attempt_finished", first);
      // Its own are gone with it, while the other's live.
      for (const auto& [kind, pid] : run.first_family) CHECK_FALSE(Process(pid).is_running());
      for (const auto& [kind, pid] : run.second_family) CHECK(Process(pid).is_running());
      run.release_second();
      const HostRun end = run.host().wait();
      CHECK(run.is_gone());
      CHECK(end.exit_code == 1);
      CHECK(end.all("trouble").empty());
      CHECK(end.statuses(first) == "crashed");
      CHECK(end.last_attempt(first)["reason"].get<std::string>().find(
                "killed by SIGKILL, which e2e-host did not send") == 0);
      CHECK(end.outcome(first) == "failed");
      CHECK(end.outcome(second) == "passed");
      CHECK(end.outcome(third) == "passed");
    }
}

TEST_CASE("GrandchildKilledIsItsTestsBusiness") {
  for (const auto& isolation : isolations)
    for (const std::string who : {"G", "GK", "KG"}) {
      INFO(isolation << " " << who);
      TwoFamilies run(isolation);
      run.kill(who);
      const auto attempt = run.host().wait_for_event("attempt_finished", first);
      CHECK(attempt["status"] == "failed");
      CHECK(attempt["failures"].at(0)["expression"] == "was_released");
      // The others it had are what it leaked: program, daemon, forgetful.
      CHECK(attempt["leaked"].size() == 3);
      for (const auto& [kind, pid] : run.first_family)
        if (kind != "worker") CHECK_FALSE(Process(pid).is_running());
      run.release_second();
      const HostRun end = run.host().wait();
      CHECK(run.is_gone());
      CHECK(end.exit_code == 1);
      CHECK(end.outcome(second) == "passed");
      CHECK(end.outcome(third) == "passed");
    }
}

TEST_CASE("NothingIsLeftOfARunThatEndsByItself") {
  for (const auto& isolation : isolations) {
    INFO(isolation);
    MarkedRun run({"04_bustle", "-j", "2", "--parallel-mode", "test", "--isolation", isolation});
    const HostRun end = run.host().wait();
    INFO(run.left());
    CHECK(run.is_gone());
    CHECK(end.exit_code == 1);
    CHECK(end.outcome("tree::04_bustle::bustles_1") == "passed");
    CHECK(end.last_attempt("tree::04_bustle::leaves_all_behind")["leaked"].size() == 3);
  }
}

TEST_CASE("NothingIsLeftOfAnInterruptedRun") {
  for (const auto& isolation : isolations) {
    INFO(isolation);
    TwoFamilies run(isolation);
    run.host().signal(SIGINT);
    const HostRun end = run.host().wait();
    INFO(run.left());
    CHECK(run.is_gone());
    CHECK(run.are_members_gone());
    CHECK(end.exit_code == 130);
    CHECK(end.outcome(third) == "not_run");
  }
}

TEST_CASE("NothingIsLeftOfARunThatTakesTooLong") {
  for (const auto& isolation : isolations) {
    INFO(isolation);
    MarkedRun run({"waits_with_a_family", "--run-timeout", "700", "--isolation", isolation});
    std::vector<Process> members;
    for (const auto& [kind, pid] : run.family("ready")) members.emplace_back(pid);
    const HostRun end = run.host().wait();
    INFO(run.left());
    CHECK(run.is_gone());
    for (const Process& member : members) CHECK_FALSE(member.is_running());
    CHECK(end.exit_code == 1);
    CHECK(end.statuses("tree::02_interruptions::waits_with_a_family") == "timed_out");
  }
}

TEST_CASE("ChildrenOfTheHostItselfUnderIsolationNone") {
  SECTION("are killed when the run ends by itself") {
    for (const std::string mode : {"service", "test"}) {
      INFO(mode);
      MarkedRun run({"leaves_all_behind", "--isolation", "none", "--parallel-mode", mode});
      // They are not looked for after the test, which passes.
      const HostRun end = run.host().wait();
      CHECK(end.exit_code == 0);
      CHECK(end.statuses("tree::04_bustle::leaves_all_behind") == "passed");
      CHECK(end.last_attempt("tree::04_bustle::leaves_all_behind")["leaked"].is_null());
      INFO(run.left());
      CHECK(run.is_gone());
    }
  }
  SECTION("are killed where the host is killed") {
    MarkedRun run({"first_family", "--isolation", "none"});
    const auto family = run.family("first");
    CHECK(family.at("worker") == run.host().pid());
    run.host().signal(SIGKILL);
    CHECK(run.host().wait().exit_code == 128 + SIGKILL);
    const bool is_gone = comes_true([&] { return run.remaining().empty(); });
    INFO(run.left());
    CHECK(is_gone);
    // Not promised here, as where host and launcher are killed at once.
    ::kill(family.at("forgetful"), SIGKILL);
  }
}

TEST_CASE("HostKilledWhileItStarts") {
  // From before there is a launcher until workers load plugins.
  for (int delay_us = 0; delay_us < 20000; delay_us += 400) {
    INFO(delay_us);
    MarkedRun run({"04_bustle", "-j", "2"});
    std::this_thread::sleep_for(std::chrono::microseconds(delay_us));
    run.host().signal(SIGKILL);
    CHECK(run.host().wait().exit_code == 128 + SIGKILL);
    const bool is_gone = comes_true([&] { return run.is_gone(); });
    INFO(run.left());
    CHECK(is_gone);
  }
}

TEST_CASE("WhoeverIsKilledWhilePluginsAreDescribed") {
  for (const std::string who : {"H", "L", "HL", "LH", "K"}) {
    INFO(who);
    MarkedRun run({}, {{"TREE_HANGS_LOADING", "1"}});
    const pid_t launcher = run.launcher(), keeper = run.keeper();
    REQUIRE(comes_true([&] { return children_of(launcher).size() == 2; }));
    for (const char letter : who)
      ::kill(letter == 'H' ? run.host().pid() : letter == 'L' ? launcher : keeper, SIGKILL);
    if (who == "K") {
      CHECK(comes_true([&] { return run.keeper() != keeper; }));
      run.host().signal(SIGINT);
    }
    const HostRun end = run.host().wait();
    if (who == "L" || who == "K")
      CHECK(end.exit_code == (who == "L" ? 4 : 128 + SIGINT));
    else
      check_host_was_killed(end, who);
    const bool is_gone = comes_true([&] { return run.is_gone(); });
    INFO(run.left());
    CHECK(is_gone);
  }
}
