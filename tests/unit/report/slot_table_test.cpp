#include "report/slot_table.hpp"

#include <e2e_catch.hpp>

#include "sample_run.hpp"

using namespace e2e::host;

namespace {

struct ToldTable {
  SlotTable table;
  template <typename Fact>
  void say(int64_t time_ns, Fact fact) {
    table.on_event({1, time_ns, std::move(fact)});
  }
};

}  // namespace

TEST_CASE("SlotsThatAWorkerIsInAreAtWork", "[slot_table]") {
  SlotTable table;
  CHECK(table.at_work().empty());
  table.on_event({1, 0, WorkerStarted{0, 0, 100}});
  table.on_event({2, 0, WorkerStarted{1, 1, 101}});
  table.on_event({3, 1000 * kMs, AttemptStarted{0, 1, 0, 0}});
  REQUIRE(table.at_work().size() == 2);
  CHECK(table.at_work()[0].running->test == 0);
  CHECK(table.at_work()[0].since_ns == 1000 * kMs);
  CHECK_FALSE(table.at_work()[1].running);
  AttemptFinished finished = sample_attempt(0, Status::passed);
  finished.slot = 0;
  table.on_event({4, 3000 * kMs, finished});
  table.on_event({5, 3000 * kMs, WorkerExited{0, 0, "exited with code 0", 1, 1, 1}});
  REQUIRE(table.at_work().size() == 1);
  CHECK(table.at_work()[0].slot == 1);
}

TEST_CASE("WhatWorkersUsedIsAddedUpBySlot", "[slot_table]") {
  ToldTable told;
  CHECK(told.table.text().empty());
  told.say(0, sample_run({"a::m::t1", "a::m::t2"}));
  told.say(0, WorkerStarted{0, 0, 100});
  AttemptFinished finished = sample_attempt(0, Status::passed);
  finished.slot = 0;
  finished.duration_ns = 1500 * kMs;
  told.say(0, AttemptStarted{0, 1, 0, 0});
  told.say(0, finished);
  const WorkerExited first{0, 0, "exited with code 0", 120'000, 30'000, 14 * 1024};
  CHECK(SlotTable::use_text(first) == "0.12 s user, 0.03 s system, 14.0 MiB");
  told.say(0, first);
  told.say(0, WorkerStarted{1, 0, 101});
  told.say(0, WorkerExited{1, 0, "killed by SIGSEGV", 1'000'000, 0, 20 * 1024});
  told.say(0, WorkerStarted{2, 1, 0});
  told.say(0, WorkerExited{2, 1, "thread ended", 0, 0, 0});
  CHECK(SlotTable::use_text({2, 1, "thread ended", 0, 0, 0}).empty());
  CHECK(told.table.text() ==
        "   slot   workers  attempts        busy    user CPU  system CPU      memory\n"
        "   0            2         1       1.5 s      1.12 s      0.03 s    20.0 MiB\n"
        "   1            1         0        0 ms           -           -           -\n");
}
