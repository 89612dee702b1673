// Which tests a run is about, and in which order: places in files, --list, --dry-run, --shard, --shuffle,
// --last-failed.
#include <signal.h>

#include <algorithm>
#include <e2e_catch.hpp>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "e2e_regex.hpp"
#include "host_run.hpp"

using namespace e2e_test;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

const std::string services =
    "services:\n  verdicts: {base_url: \"http://127.0.0.1:9\"}\n  equality: {base_url: "
    "\"http://127.0.0.1:9\"}\n  family: {base_url: \"http://127.0.0.1:9\"}\n"
    "  talkative: {base_url: \"http://127.0.0.1:9\"}\n";

Words verdicts_words(const Words& more) {
  Words words = {"run", "--plugins", test_plugin("verdicts.so")};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

HostRun run_verdicts(const Project& project, const Words& more) {
  return run_host(project, verdicts_words(more));
}

/// Two services whose tests depend on each other's; a few of them, and none that ends its worker.
Words two_services(const Words& more) {
  Words words = {"run", "--plugins",  test_plugin("equality.so"), "--plugins", test_plugin("family.so"),
                 "-x",  "ends_worker"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::vector<std::string> ids(const HostRun& run) {
  std::vector<std::string> found;
  for (const auto& started : run.all("run_started"))
    for (const auto& test : started["tests"]) found.push_back(test["id"]);
  return found;
}

std::string chosen(const HostRun& run) {
  std::string names;
  for (const std::string& id : ids(run)) names += (names.empty() ? "" : " ") + id.substr(id.rfind(':') + 1);
  return names;
}

/// The tests in the order that their first attempts started in.
std::vector<std::string> order(const HostRun& run) {
  std::vector<std::string> found;
  for (const auto& event : run.all("attempt_started"))
    if (event["attempt"] == 1) found.push_back(event["test"]);
  return found;
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("NameMayBeAPlaceInASourceFile") {
  const Project project(services);
  const std::string listed =
      run_host(project, {"list", "--plugins", test_plugin("verdicts.so"), "-m", "03_checks"}).out;
  const auto place = found_like(listed, "skips  ((?:.*/)?)(03_checks\\.cpp):([0-9]+)");
  REQUIRE(place.size() == 4);
  const std::string line = place[3];
  const std::string all =
      "fails fails_softly_twice skips depends_on_a_failure depends_on_that_in_turn "
      "passes_at_the_second_attempt";
  CHECK(chosen(run_verdicts(project, {"03_checks.cpp"})) == all);
  CHECK(chosen(run_verdicts(project, {"verdicts/03_checks.cpp:" + line})) == "skips");
  CHECK(chosen(run_verdicts(project, {"03_checks.cpp:" + line + ":17"})) == "skips");
  // A line in a test's body, and a path as a shell in the sources' folder, or an editor, completes it.
  CHECK(chosen(run_verdicts(project, {place[1] + "03_checks.cpp:7"})) == "fails");
  const std::string file = place[1] + "03_checks.cpp";
  const std::string absolute = fs::path(file).is_absolute() ? file : "/anywhere/" + file;
  CHECK(chosen(run_verdicts(project, {absolute + ":" + line, "passes_first"})) == "passes_first skips");
}

TEST_CASE("PlaceWithoutATestIsRefused") {
  const Project project(services);
  const auto refused = [&](const std::string& name, const std::string& text) {
    const HostRun run = run_verdicts(project, {name});
    CHECK(run.exit_code == 2);
    CHECK(run.err == text + "\n");
    CHECK(run.run_folder.empty());
  };
  refused("03_cheks.cpp", "error: no test is written in '03_cheks.cpp'; did you mean '03_checks.cpp'?");
  refused("nowhere_at_all.hpp",
          "error: no test is written in 'nowhere_at_all.hpp'; `e2e-host list` shows where tests are");
  refused("03_checks.cpp:1",
          "error: no test is declared at or before line 1 of 03_checks.cpp; the first is "
          "verdicts::03_checks::fails, at line 5");
  refused(
      "03_checks.txt",
      "error: no service, module, test or source file is named '03_checks.txt'; did you mean '03_checks'?");
}

TEST_CASE("ListShowsWhatWouldRunAndStartsNothing") {
  const Project project(services);
  const Words words = {"--plugins", test_plugin("verdicts.so"), "depends_on_a_failure", "-x", "slow"};
  Words list = {"list"}, run = {"run", "--list"};
  list.insert(list.end(), words.begin(), words.end());
  run.insert(run.end(), words.begin(), words.end());
  const HostRun listed = run_host(project, run);
  CHECK(listed.exit_code == 0);
  CHECK(listed.out == run_host(project, list).out);
  CHECK(holds(listed.out, "2 tests\n"));
  CHECK(listed.run_folder.empty());
}

TEST_CASE("DryRunShowsSlotsUnitsAndOrderAndStartsNothing") {
  const Project project(services);
  const HostRun run = run_verdicts(project, {"--dry-run", "-j", "2", "--parallel-mode", "test", "-v", "-m",
                                             "03_checks", "depends_on_that_in_turn", "skips"});
  CHECK(run.exit_code == 0);
  CHECK(run.err.empty());
  CHECK(run.run_folder.empty());
  CHECK(holds(run.out,
              "4 tests, 1 service; workers: 2, mode: test, isolation: process\n"
              "slot 0\n"
              "  unit 1  verdicts  1 test\n"
              "    verdicts::03_checks::fails\n"
              "  unit 3  verdicts  1 test\n"
              "    verdicts::03_checks::depends_on_a_failure\n"
              "  unit 4  verdicts  1 test\n"
              "    verdicts::03_checks::depends_on_that_in_turn\n"
              "slot 1\n"
              "  unit 2  verdicts  1 test\n"
              "    verdicts::03_checks::skips\n"
              "not chosen: "));
  CHECK(holds(run.out, "    verdicts::01_endings::passes_first\n"));
  CHECK(holds(run.out, "Nothing was started.\n"));
}

TEST_CASE("ShardsShareTheTestsAndKeepDependenciesTogether") {
  const Project project(services);
  const std::vector<std::string> whole = ids(run_host(project, two_services({})));
  std::multiset<std::string> all;
  for (int number = 1; number <= 3; ++number) {
    const HostRun run = run_host(project, two_services({"--shard", std::to_string(number) + "/3"}));
    const auto share = ids(run);
    CHECK_FALSE(share.empty());
    all.insert(share.begin(), share.end());
    for (const auto& started : run.all("run_started"))
      for (const auto& test : started["tests"])
        for (const auto& id : test.value("depends_on", std::vector<std::string>()))
          CHECK(std::find(share.begin(), share.end(), id) != share.end());
  }
  CHECK(all == std::multiset<std::string>(whole.begin(), whole.end()));
  const HostRun empty = run_verdicts(project, {"--shard=2/2", "passes_first"});
  CHECK(empty.exit_code == 0);
  CHECK(empty.out == "Nothing to run: shard 2/2 has no test.\n");
  const HostRun wrong = run_verdicts(project, {"--shard", "3/2"});
  CHECK(wrong.exit_code == 2);
  CHECK(wrong.err ==
        "error: --shard: '3/2' is not a shard, as 2/5 is: the second of five, at most 10000\nhint: `e2e-host "
        "run "
        "--help` shows what there is\n");
}

TEST_CASE("ShuffledOrderIsRepeatedByItsSeed") {
  const Project project(services);
  const HostRun canonical =
      run_host(project, two_services({"-m", "03_endings", "--parallel-mode", "test", "-j", "0"}));
  const HostRun any = run_host(
      project, two_services({"-m", "03_endings", "--parallel-mode", "test", "-j", "0", "--shuffle"}));
  const auto seed = found_like(any.out, "Order: shuffled; again with (--shuffle=([0-9]+))\n");
  REQUIRE(seed.size() == 3);
  CHECK(any.all("run_started").at(0)["shuffle_seed"] == std::stoul(seed[2]));
  const HostRun again =
      run_host(project, two_services({"-m", "03_endings", "--parallel-mode", "test", "-j", "0", seed[1]}));
  CHECK(order(again) == order(any));
  // Other orders, the same results, told in the same order.
  CHECK(any.outcomes() == canonical.outcomes());
  std::set<std::vector<std::string>> orders = {order(canonical)};
  for (const char* number : {"1", "2", "3"}) {
    const HostRun run =
        run_host(project, two_services({"-m", "03_endings", "--shuffle=" + std::string(number)}));
    CHECK(run.outcomes() == canonical.outcomes());
    orders.insert(order(run));
  }
  CHECK(orders.size() == 4);
}

TEST_CASE("LastFailedIsWhatTheLastRunLeftToBeDone") {
  const Project project(services);
  const Words tests = {"passes_first", "fails", "depends_on_a_failure", "skips"};
  const auto last_failed = [&](Words more) {
    more.push_back("--last-failed");
    return run_verdicts(project, more);
  };
  const HostRun first = last_failed(tests);
  CHECK(first.err == "note: --last-failed: there was no run before: all chosen tests run\n");
  CHECK(chosen(first) == "passes_first fails skips depends_on_a_failure");
  // What waited for it has not been tried.
  const HostRun second = last_failed({});
  CHECK(chosen(second) == "fails depends_on_a_failure");
  CHECK(second.err ==
        "note: --last-failed: 2 tests of the run " + first.run_folder.filename().string() + "\n");
  CHECK(run_verdicts(project, {"passes_first"}).exit_code == 0);
  const HostRun none = last_failed({"skips", "passes_last"});
  CHECK(chosen(none) == "passes_last skips");
  CHECK(holds(none.err, "note: --last-failed: no chosen test failed in the run "));
}

TEST_CASE("LastFailedKnowsWhatAKilledRunDidNotFinish") {
  const Project project(services);
  const Words words = {"run",
                       "--plugins",
                       test_plugin("equality.so"),
                       "--plugins",
                       test_plugin("family.so"),
                       "--plugins",
                       test_plugin("talkative.so"),
                       "-j",
                       "0",
                       "--parallel-mode",
                       "test"};
  Words first = words, again = words;
  first.insert(first.end(), {"prints", "waits_to_be_heard", "says_nothing"});
  RunningHost host(project, first, {{"E2E_TEST_GATE", "/nowhere"}});
  host.wait_for_event("attempt_started", "talkative::01_talk::waits_to_be_heard");
  host.signal(SIGKILL);
  CHECK(host.wait().exit_code == 128 + SIGKILL);
  again.push_back("--last-failed");
  CHECK(chosen(run_host(project, again)) == "waits_to_be_heard says_nothing");
}
