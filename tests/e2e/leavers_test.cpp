// What a test leaves in its process does no harm to the next one there.
#include <fcntl.h>

#include <e2e_catch.hpp>

#include "host_run.hpp"

using namespace e2e_test;

namespace {

/// The cells in which tests share a process.
struct Cell {
  const char* isolation;
  const char* mode;
};
const Cell shared_cells[] = {{"process", "service"}, {"service", "service"}, {"service", "test"}};

HostRun run_leavers(const Cell& cell, std::vector<std::string> more,
                    const std::function<void()>& prepare = {}) {
  const Project project("services:\n  leavers: {base_url: \"http://127.0.0.1:9\"}\n");
  std::vector<std::string> arguments = {"run",         "--plugins",    test_plugin("leavers.so"),
                                        "--isolation", cell.isolation, "--parallel-mode",
                                        cell.mode};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_host(project, arguments, {}, prepare);
}

std::string notes_of(const HostRun& run, const std::string& test) {
  std::string text;
  for (const auto& note : run.last_attempt(test).value("notes", nlohmann::json::array()))
    text += note.get<std::string>() + "\n";
  return text;
}

}  // namespace

TEST_CASE("WhatATestChangesOfItsProcessIsNotForTheNextOne") {
  for (const Cell& cell : shared_cells) {
    const HostRun run = run_leavers(cell, {"-m", "01_state", "-j", "1"});
    INFO(cell.isolation << " " << cell.mode << "\n" << run.out << run.err);
    CHECK(run.statuses("leavers::01_state::changes_all") == "passed");
    CHECK(run.statuses("leavers::01_state::finds_all_as_it_was") == "passed");
    // On a signal stack that the test before had taken away.
    CHECK(run.last_attempt("leavers::01_state::overflows_behind_it").value("reason", "") ==
          "SIGSEGV: stack overflow");
  }
}

TEST_CASE("AThreadThatOutlivesItsTestIsToldAndHarmsNoOther") {
  const std::string module = "leavers::02_threads::";
  for (const Cell& cell : shared_cells) {
    const HostRun run = run_leavers(cell, {"-m", "02_threads", "-j", "1"});
    INFO(cell.isolation << " " << cell.mode << "\n" << run.out << run.err);
    CHECK(run.exit_code == 0);
    for (const char* test : {"joins_its_threads", "is_in_the_same_worker", "leaves_a_thread_that_crashes",
                             "first_victim", "second_victim", "leaves_two_threads", "third_victim"})
      CHECK(run.statuses(module + test) == "passed");
    const std::string rest =
        " behind, so its worker is not used again (threads that are to outlive a test are started in "
        "before_all)\n";
    CHECK(notes_of(run, module + "leaves_a_thread_that_crashes") == "left a thread" + rest);
    CHECK(notes_of(run, module + "leaves_two_threads") == "left 2 threads" + rest);
    for (const char* test : {"joins_its_threads", "is_in_the_same_worker", "first_victim", "third_victim"})
      CHECK(notes_of(run, module + test).empty());
    CHECK(run.all("worker_started").size() == 3);
    CHECK(run.all("fixture_failed").empty());
    CHECK(run.all("trouble").empty());
  }
}

TEST_CASE("AWorkerHasWhatIsPromisedAndNothingOfOthers") {
  const Cell cells[] = {
      {"process", "service"}, {"process", "test"}, {"service", "service"}, {"service", "test"}};
  for (const Cell& cell : cells) {
    std::vector<std::string> more = {"-m", "03_worker", "-j", "1"};
    const bool is_process_per_test = std::string(cell.isolation) + cell.mode == "processtest";
    if (!is_process_per_test) more.insert(more.end(), {"-x", "own_process"});
    // What whoever starts the program holds open, a test must not hold open, too.
    const auto hold_a_file = [] { (void)!::fcntl(::open("/dev/null", O_WRONLY), F_DUPFD, 20); };
    const HostRun run = run_leavers(cell, more, hold_a_file);
    INFO(cell.isolation << " " << cell.mode << "\n" << run.out << run.err);
    CHECK(run.exit_code == 0);
    CHECK(run.all("test_finished").size() == (is_process_per_test ? 5 : 4));
  }
}
