#include "worker/slot_memory.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "base/clock.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

std::string own_mappings() {
  std::ifstream maps("/proc/self/maps");
  return {std::istreambuf_iterator<char>(maps), {}};
}

}  // namespace

TEST_CASE("ResetMakesASlotReadyForAnotherWorker", "[slot_memory]") {
  const SlotMemory memory("unit-reset");
  SlotBlock& block = memory.block(7);
  std::memset(static_cast<void*>(&block), 0xAB, sizeof block);
  const int64_t before_ns = monotonic_ns();
  block.reset();
  CHECK(block.test == SlotBlock::no_test);
  CHECK(block.attempt == 0);
  CHECK(block.phase == phase_idle);
  CHECK(block.phase_start_ns >= before_ns);
  CHECK(block.waited_ns == 0);
  CHECK(block.waiting_since_ns == 0);
  CHECK_FALSE(block.has_stop_wish());
  CHECK(block.term_seen == 0);
  CHECK(block.exit_note == ExitNote::none);
  CHECK(block.crash.signal == 0);
  CHECK(block.crash.address == 0);
  CHECK(block.crash.is_stack_overflow == 0);
  CHECK(block.outbox_state == 0);
  for (const char c : block.marker) CHECK(c == 0);
}

TEST_CASE("EnteringAPhaseStartsItsBudget", "[slot_memory]") {
  const SlotMemory memory("unit-enter");
  SlotBlock& block = memory.block(0);
  block.reset();
  block.waited_ns = 5;
  block.phase_start_ns = 1;
  const int64_t before_ns = monotonic_ns();
  block.enter(phase_loading);
  CHECK(block.phase == phase_loading);
  CHECK(block.waited_ns == 0);
  CHECK(block.phase_start_ns >= before_ns);
}

TEST_CASE("SlotsDoNotOverlap", "[slot_memory]") {
  const SlotMemory memory("unit-overlap");
  for (const uint32_t slot : {0u, 1u, 2u, SlotMemory::max_slots - 1}) memory.block(slot).reset();
  std::memset(static_cast<void*>(&memory.block(1)), 0xFF, sizeof(SlotBlock));
  CHECK(memory.block(0).test == SlotBlock::no_test);
  CHECK(memory.block(0).outbox_state == 0);
  CHECK(memory.block(2).attempt == 0);
  CHECK(memory.block(SlotMemory::max_slots - 1).attempt == 0);
}

TEST_CASE("WhatAWorkerWritesIsSeenAfterItsDeathAndOtherSlotsAreOutOfItsReach", "[slot_memory]") {
  SlotMemory memory("unit-share");
  memory.block(3).reset();
  memory.block(4).reset();
  const pid_t worker = ::fork();
  REQUIRE(worker >= 0);
  if (worker == 0) {
    SlotBlock* own = memory.keep_only(3);
    if (own == nullptr) ::_exit(1);
    own->test = 42;
    std::memcpy(own->outbox, "words", 5);
    const std::string mappings = own_mappings();
    const std::string name = SlotMemory::mapping_name("unit-share");
    const size_t first = mappings.find(name);
    // One mapping is left, the own one.
    const bool is_alone = first != std::string::npos && mappings.find(name, first + 1) == std::string::npos;
    ::_exit(is_alone ? 0 : 2);
  }
  int status = -1;
  REQUIRE(::waitpid(worker, &status, 0) == worker);
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(memory.block(3).test == 42);
  CHECK(std::string(memory.block(3).outbox, 5) == "words");
  CHECK(memory.block(4).test == SlotBlock::no_test);
}

TEST_CASE("MappingTellsTheRunAndGoesWithTheMemory", "[slot_memory]") {
  const std::string name = SlotMemory::mapping_name("unit-name");
  {
    const SlotMemory memory("unit-name");
    CHECK(own_mappings().find(name) != std::string::npos);
  }
  CHECK(own_mappings().find(name) == std::string::npos);
}

TEST_CASE("AWishToStopMeetsTheStretchThatItIsFor") {
  SlotMemory memory("stretch");
  SlotBlock& block = memory.block(0);
  block.reset();
  const uint64_t first = block.stretch;
  SECTION("it runs: the worker learns of it, and remembers") {
    CHECK(block.wish_to_stop(first));
    CHECK(block.has_stop_wish());
    block.begin_stretch();
    CHECK(block.has_stop_wish());
  }
  SECTION("it is over: nothing happens to the next") {
    block.begin_stretch();
    CHECK(block.stretch != first);
    CHECK_FALSE(block.wish_to_stop(first));
    CHECK_FALSE(block.has_stop_wish());
  }
  SECTION("any: whichever runs") {
    block.begin_stretch();
    block.wish_to_stop();
    CHECK(block.has_stop_wish());
    block.begin_stretch();
    CHECK(block.has_stop_wish());
    block.reset();
    CHECK_FALSE(block.has_stop_wish());
  }
}
