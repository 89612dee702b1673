// Random plans on a fake executor: whatever happens, the rules hold; and what becomes of the tests depends on
// how their attempts end, not on modes, isolation, limits, slots, order, or lost workers.

#include <fmt/format.h>

#include "e2e_catch.hpp"
#include "fake_executor.hpp"
#include "random_plan.hpp"

using namespace e2e::host;

namespace {

using Verdict = std::pair<Outcome, std::string>;

/// Mostly passed; a function of (seed, test, attempt).
FakeExecutor::Statuses statuses_from(uint64_t seed) {
  return [seed](uint32_t test, uint32_t attempt) {
    Random random(seed * 1'000'003 + test * 101 + attempt);
    if (random.chance(70)) return Status::passed;
    constexpr Status others[] = {Status::failed, Status::error, Status::skipped, Status::crashed,
                                 Status::timed_out};
    return others[random.below(5)];
  };
}

using Verdict = std::pair<Outcome, std::string>;

/// What must become of the tests, worked out one by one without units, slots or workers.
class Oracle {
 public:
  Oracle(const Plan& plan, FakeExecutor::Statuses statuses)
      : plan_(plan), statuses_(std::move(statuses)), known_(plan.tests.size()) {}

  const Verdict& of(uint32_t test) {
    if (!known_[test]) known_[test] = work_out(test);
    return *known_[test];
  }

 private:
  Verdict work_out(uint32_t test) {
    for (const uint32_t dependency : plan_.tests[test].depends_on) {
      const Outcome outcome = of(dependency).first;
      const std::string& id = plan_.tests[dependency].id;
      if (outcome == Outcome::failed) return {Outcome::skipped, "depends on " + id + ", which failed"};
      if (outcome == Outcome::skipped) return {Outcome::skipped, "depends on " + id + ", which was skipped"};
    }
    for (uint32_t attempt = 1; attempt <= plan_.tests[test].max_attempts; ++attempt) {
      const Status status = statuses_(test, attempt);
      if (status == Status::passed) return {attempt == 1 ? Outcome::passed : Outcome::flaky, ""};
      if (status == Status::skipped) return {Outcome::skipped, ""};
    }
    return {Outcome::failed, ""};
  }

  const Plan& plan_;
  FakeExecutor::Statuses statuses_;
  std::vector<std::optional<Verdict>> known_;
};

std::string written(const Plan& plan) {
  std::string text;
  for (const auto& service : plan.services) {
    text += fmt::format("{} mode {} isolation {} parallel {} exclusive {} max_workers {}\n", service.name,
                        to_string(service.mode), to_string(service.isolation), service.parallel,
                        service.exclusive, service.max_workers);
  }
  for (const auto& test : plan.tests) {
    text += fmt::format("{} {} attempts {} depends on", test.id, to_string(test.priority), test.max_attempts);
    for (const uint32_t dependency : test.depends_on) text += " " + plan.tests[dependency].id;
    text += "\n";
  }
  return text;
}

/// Runs the plan; returns the rule that was broken, or nothing.
std::string broken_rule(const Plan& plan, uint32_t slots, const FakeExecutor::Statuses& statuses,
                        const Mischief& mischief, Random& random, std::vector<Scheduler::Final>& finals) {
  try {
    finals = FakeExecutor(plan, slots, statuses, mischief, random).run();
    return "";
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("OutcomesFollowFromTheAttemptsAloneInEveryModeIsolationAndSlotCount") {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    Random random(seed);
    Plan plan = random_plan(random);
    const auto statuses = statuses_from(seed);
    for (uint32_t variant = 0; variant < 3; ++variant) {
      randomise_services(plan, random);
      const uint32_t slots = 1 + random.below(6);
      const Mischief mischief{random.below(20), random.below(20), 0, 0, false};
      INFO("seed " << seed << ", variant " << variant << ", slots " << slots << "\n" << written(plan));
      std::vector<Scheduler::Final> finals;
      REQUIRE(broken_rule(plan, slots, statuses, mischief, random, finals) == "");
      Oracle oracle(plan, statuses);
      for (const auto& decided : finals) {
        REQUIRE(Verdict(decided.outcome, decided.reason) == oracle.of(decided.test));
      }
    }
  }
}

TEST_CASE("RunThatIsStoppedAnywhereEndsWithAnOutcomeForEachTest") {
  uint32_t cut_short = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    Random random(seed);
    const Plan plan = random_plan(random);
    const uint32_t slots = 1 + random.below(6);
    const Mischief mischief{random.below(20), random.below(20), random.below(10), random.below(3), true};
    INFO("seed " << seed << ", slots " << slots << "\n" << written(plan));
    std::vector<Scheduler::Final> finals;
    REQUIRE(broken_rule(plan, slots, statuses_from(seed), mischief, random, finals) == "");
    for (const auto& decided : finals) {
      if (decided.outcome == Outcome::not_run) {
        ++cut_short;
        break;
      }
    }
  }
  CHECK(cut_short > 500);  // else the stops come too late to show anything
}

TEST_CASE("HoweverWorkersEndNothingIsLostAndNothingRunsTwice") {
  uint32_t given_up = 0, too_fruitless = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    Random random(seed);
    const Plan plan = random_plan(random);
    const uint32_t slots = 1 + random.below(6);
    Mischief mischief{random.below(40), random.below(20), 0, 0, random.chance(50)};
    mischief.cannot_start = random.below(60);
    mischief.gives_up_after = random.below(4);
    INFO("seed " << seed << ", slots " << slots << "\n" << written(plan));
    std::vector<Scheduler::Final> finals;
    REQUIRE(broken_rule(plan, slots, statuses_from(seed), mischief, random, finals) == "");
    for (const auto& decided : finals) {
      given_up += decided.reason == "given up" ? 1 : 0;
      too_fruitless += decided.reason == "its worker ended 3 times before an attempt did" ? 1 : 0;
    }
  }
  // Else these endings were none.
  CHECK(given_up > 500);
  CHECK(too_fruitless > 100);
}

TEST_CASE("SameFactsGiveTheSameAnswers") {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Random plan_random(seed);
    const Plan plan = random_plan(plan_random);
    std::vector<std::vector<uint32_t>> orders;
    for (uint32_t repetition = 0; repetition < 2; ++repetition) {
      Random random(seed);
      std::vector<Scheduler::Final> finals;
      std::vector<uint32_t> order;
      const auto statuses = [&, ends = statuses_from(seed)](uint32_t test, uint32_t attempt) {
        order.push_back(test);
        return ends(test, attempt);
      };
      INFO("seed " << seed << "\n" << written(plan));
      REQUIRE(broken_rule(plan, 3, statuses, {10, 10, 0, 0, false}, random, finals) == "");
      orders.push_back(order);
    }
    REQUIRE(orders[0] == orders[1]);
  }
}
