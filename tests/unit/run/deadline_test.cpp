#include "run/deadline.hpp"

#include <e2e/ext/report.h>

#include <cstdint>
#include <limits>
#include <memory>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

constexpr int64_t ms = 1'000'000;
constexpr int64_t max_wait_ms = 10'000'000;
constexpr int64_t start_ns = 1'000 * ms;  ///< when the phase starts, in these tests

TimeLimits limits() {
  TimeLimits made;
  made.setup_ms = 300;
  made.teardown_ms = 200;
  return made;
}

std::unique_ptr<SlotBlock> block_in(uint32_t phase) {
  auto block = std::make_unique<SlotBlock>();
  block->reset();
  block->phase = phase;
  block->phase_start_ns = start_ns;
  return block;
}

/// Whether the phase is over its budget after `elapsed_ms`; the body's is 100 ms.
bool is_over(const SlotBlock& block, int64_t elapsed_ms) {
  return find_overrun(block, limits(), 100, max_wait_ms, 0, start_ns + elapsed_ms * ms).has_value();
}

}  // namespace

TEST_CASE("EachPhaseHasItsOwnBudget", "[deadline]") {
  CHECK(budget_ms(E2E_PHASE_BODY, limits(), 100) == 100);
  CHECK(budget_ms(E2E_PHASE_BODY, limits(), 0) == 0);
  for (const uint32_t phase : {E2E_PHASE_ONCE_PER_RUN, E2E_PHASE_BEFORE_ALL, E2E_PHASE_BEFORE_EACH})
    CHECK(budget_ms(phase, limits(), 100) == 300);
  CHECK(budget_ms(phase_loading, limits(), 100) == 300);
  for (const uint32_t phase : {E2E_PHASE_AFTER_EACH, E2E_PHASE_CLEANUP, E2E_PHASE_AFTER_ALL})
    CHECK(budget_ms(phase, limits(), 100) == 200);
  CHECK(budget_ms(phase_idle, limits(), 100) == 0);
  CHECK(budget_ms(phase_finishing, limits(), 100) == 0);
  // What a hostile worker calls a phase has a budget too.
  CHECK(budget_ms(4'000'000'000, limits(), 100) == 300);
}

TEST_CASE("BudgetThatIsUsedUpIsAnOverrun", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BODY);
  CHECK_FALSE(is_over(*block, 99));
  CHECK(is_over(*block, 100));
  const auto overrun = find_overrun(*block, limits(), 100, max_wait_ms, 0, start_ns + 500 * ms);
  REQUIRE(overrun);
  CHECK(overrun->text() == "no end within 100 ms");
}

TEST_CASE("FixtureThatIsTooSlowIsNamed", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BEFORE_ALL);
  CHECK_FALSE(is_over(*block, 299));
  const auto overrun = find_overrun(*block, limits(), 100, max_wait_ms, 0, start_ns + 300 * ms);
  REQUIRE(overrun);
  CHECK(overrun->text() == "before_all took longer than 300 ms");
}

TEST_CASE("WithoutABudgetNothingIsAnOverrun", "[deadline]") {
  CHECK_FALSE(is_over(*block_in(phase_idle), 1'000'000));
  CHECK_FALSE(
      find_overrun(*block_in(E2E_PHASE_BODY), limits(), 0, max_wait_ms, 0, start_ns + 1'000'000 * ms));
  TimeLimits endless = limits();
  endless.setup_ms = 0;
  CHECK_FALSE(find_overrun(*block_in(E2E_PHASE_BEFORE_EACH), endless, 100, max_wait_ms, 0,
                           start_ns + 1'000'000 * ms));
}

TEST_CASE("TimeSpentWaitingDoesNotCount", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BODY);
  block->waited_ns = 50 * ms;
  CHECK_FALSE(is_over(*block, 149));
  CHECK(is_over(*block, 150));
  // It has waited, and waits again since 80 ms: 30 ms of its own until the wait ends.
  block->waiting_since_ns = start_ns + 80 * ms;
  CHECK_FALSE(is_over(*block, 100'000));
  block->waiting_since_ns = 0;
  block->waited_ns = 99'970 * ms;
  CHECK_FALSE(is_over(*block, 100'000));
  CHECK(is_over(*block, 100'070));
}

TEST_CASE("MoreWaitingThanIsBelievedCounts", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BODY);
  const auto is_over_after = [&](int64_t elapsed_ms) {
    return find_overrun(*block, limits(), 100, 5'000, 0, start_ns + elapsed_ms * ms).has_value();
  };
  // However it says that it waits: for ever, again and again, or both.
  for (const int64_t waited_ns : {int64_t{0}, std::numeric_limits<int64_t>::max()})
    for (const int64_t since_ns : {int64_t{1}, std::numeric_limits<int64_t>::max()}) {
      if (waited_ns == 0 && since_ns != 1) continue;
      block->waited_ns = waited_ns;
      block->waiting_since_ns = since_ns;
      CHECK_FALSE(is_over_after(5'099));
      CHECK(is_over_after(5'100));
    }
  // Fixtures of the scope may have to wait for another worker's, which have their own time.
  block->phase = E2E_PHASE_BEFORE_ALL;
  CHECK(max_waited_ms(E2E_PHASE_BEFORE_ALL, limits(), 2'000) == 3'000);
  CHECK(max_waited_ms(E2E_PHASE_BEFORE_ALL, limits(), 5'000) == 5'000);
  CHECK(max_waited_ms(E2E_PHASE_BODY, limits(), 2'000) == 2'000);
  CHECK_FALSE(is_over_after(5'299));
  CHECK(is_over_after(5'300));
}

TEST_CASE("WaitThatBeganTooLateIsAnOverrun", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BODY);
  block->waiting_since_ns = start_ns + 100 * ms;
  CHECK(is_over(*block, 100'000));
}

TEST_CASE("StartIsNotBelievedBeyondWhatCanBe", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BODY);
  const int64_t not_before_ns = start_ns, now_ns = start_ns + 50 * ms;
  block->phase_start_ns = std::numeric_limits<int64_t>::min();
  CHECK_FALSE(find_overrun(*block, limits(), 100, max_wait_ms, not_before_ns, now_ns));
  CHECK(find_overrun(*block, limits(), 100, max_wait_ms, not_before_ns, start_ns + 100 * ms));
  block->phase_start_ns = std::numeric_limits<int64_t>::max();
  CHECK_FALSE(find_overrun(*block, limits(), 100, max_wait_ms, not_before_ns, now_ns));
}

TEST_CASE("GarbageInTheBlockIsNeitherAnErrorNorAnOverrunTooEarly", "[deadline]") {
  const auto block = block_in(E2E_PHASE_BODY);
  const int64_t low = std::numeric_limits<int64_t>::min(), high = std::numeric_limits<int64_t>::max();
  for (const int64_t start : {low, int64_t{-1}, int64_t{0}, start_ns, high})
    for (const int64_t waited : {low, int64_t{-1}, int64_t{0}, high})
      for (const int64_t since : {low, int64_t{-1}, int64_t{0}, int64_t{1}, high}) {
        block->phase_start_ns = start;
        block->waited_ns = waited;
        block->waiting_since_ns = since;
        CHECK_FALSE(find_overrun(*block, limits(), 100, max_wait_ms, start_ns, start_ns + 99 * ms));
      }
  // Negative waits are none: they can't make a deadline come early, nor put it off.
  block->phase_start_ns = start_ns;
  block->waited_ns = low;
  block->waiting_since_ns = low;
  CHECK(find_overrun(*block, limits(), 100, max_wait_ms, start_ns, start_ns + 100 * ms));
}

TEST_CASE("AllPhasesTogetherHaveABudget", "[deadline]") {
  TimeLimits made = limits();
  // However often a plugin says that a phase begins.
  CHECK(total_budget_ms(made, 100) == 4 * 300 + 100 + 3 * 200);
  CHECK(Overrun{phase_idle, 5000}.text() == "all phases took longer together than 5000 ms");
  SECTION("but where one has none") {
    CHECK(total_budget_ms(made, 0) == 0);
    made.setup_ms = 0;
    CHECK(total_budget_ms(made, 100) == 0);
    made = limits();
    made.teardown_ms = 0;
    CHECK(total_budget_ms(made, 100) == 0);
  }
}
