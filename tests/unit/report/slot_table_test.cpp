#include "report/slot_table.hpp"

#include <e2e_catch.hpp>

#include "report/display_width.hpp"
#include "sample_run.hpp"

using namespace e2e::host;

namespace {

using Lines = std::vector<std::string>;

/// A tally and a table of the same events.
struct Told {
  RunTally tally;
  SlotTable table;
  template <typename Fact>
  void say(int64_t time_ns, Fact fact) {
    const Event event{1, time_ns, std::move(fact)};
    tally.on_event(event);
    table.on_event(event);
  }
};

}  // namespace

TEST_CASE("SlotsShowWhatTheyAreAt", "[slot_table]") {
  Told told;
  told.say(0, sample_run({"a::m::t1", "a::m::t2"}));
  CHECK(told.table.at_work(told.tally, 0, 80).empty());
  told.say(0, WorkerStarted{0, 0, 100});
  told.say(0, WorkerStarted{1, 1, 101});
  told.say(1000 * kMs, AttemptStarted{0, 1, 0, 0});
  CHECK(told.table.at_work(told.tally, 2500 * kMs, 80) ==
        Lines{"slot 0  a::m::t1  1.5 s", "slot 1  between tests"});
  for (const std::string& line : told.table.at_work(told.tally, 2500 * kMs, 12))
    CHECK(display_width(line) <= 12);
  AttemptFinished finished = sample_attempt(0, Status::passed);
  finished.slot = 0;
  told.say(3000 * kMs, finished);
  told.say(3000 * kMs, WorkerExited{0, 0, "exited with code 0", 1, 1, 1});
  CHECK(told.table.at_work(told.tally, 3000 * kMs, 80) == Lines{"slot 1  between tests"});
}

TEST_CASE("MoreSlotsThanFitAreCounted", "[slot_table]") {
  Told told;
  told.say(0, sample_run({"a::m::t"}));
  for (uint32_t slot = 0; slot < 20; ++slot) told.say(0, WorkerStarted{slot, slot, 1});
  const Lines lines = told.table.at_work(told.tally, 0, 80);
  REQUIRE(lines.size() == 17);
  CHECK(lines.back() == "and 4 slots more");
}

TEST_CASE("WhatWorkersUsedIsAddedUpBySlot", "[slot_table]") {
  Told told;
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
