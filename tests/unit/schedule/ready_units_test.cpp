#include "schedule/ready_units.hpp"
#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

/// Two services with a unit each: which is named best?
uint32_t better_of(const Rank& first, const Rank& second) {
  ReadyUnits ready(2);
  ready.add(0, {first, 0, 0, {0}});
  ready.add(1, {second, 1, 0, {1}});
  return *ready.best_offered();
}

}  // namespace

TEST_CASE("EachCriterionOfTheRankOutweighsThoseAfterIt") {
  CHECK(better_of({false, Priority::critical, 9, 9, 0}, {true, Priority::low, 0, 1, 1}) == 1);
  CHECK(better_of({false, Priority::normal, 9, 9, 0}, {false, Priority::high, 0, 1, 1}) == 1);
  CHECK(better_of({false, Priority::normal, 2, 9, 0}, {false, Priority::normal, 3, 1, 1}) == 1);
  CHECK(better_of({false, Priority::normal, 2, 2, 0}, {false, Priority::normal, 2, 3, 1}) == 1);
  CHECK(better_of({false, Priority::normal, 2, 2, 1}, {false, Priority::normal, 2, 2, 0}) == 1);
}

TEST_CASE("UnitsOfAServiceAreTakenBestFirst") {
  ReadyUnits ready(1);
  ready.add(0, {{false, Priority::low, 0, 1, 0}, 0, 0, {0}});
  ready.add(0, {{false, Priority::high, 0, 1, 2}, 0, 0, {2}});
  ready.add(0, {{false, Priority::high, 0, 1, 1}, 0, 0, {1}});
  CHECK(ready.best(0)->first == 1);
  CHECK(ready.take(0).tests == std::vector<uint32_t>{1});
  CHECK(ready.take(0).tests == std::vector<uint32_t>{2});
  CHECK_FALSE(ready.empty());
  CHECK(ready.take(0).tests == std::vector<uint32_t>{0});
  CHECK(ready.empty());
  CHECK(ready.best(0) == nullptr);
  CHECK(ready.best_offered() == std::nullopt);
}

TEST_CASE("ServiceThatIsNotOfferedIsPassedOverUntilItIsAgain") {
  ReadyUnits ready(2);
  ready.set_offered(0, false);
  ready.add(0, {{false, Priority::high, 0, 1, 0}, 0, 0, {0}});
  CHECK(ready.best_offered() == std::nullopt);
  ready.add(1, {{false, Priority::low, 0, 1, 1}, 0, 0, {1}});
  CHECK(ready.best_offered() == 1u);
  CHECK(ready.best(0) != nullptr);
  ready.set_offered(0, true);
  CHECK(ready.best_offered() == 0u);
}
