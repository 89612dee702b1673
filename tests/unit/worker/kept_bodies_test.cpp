#include "worker/kept_bodies.hpp"

#include <e2e_catch.hpp>

using namespace e2e::host;

namespace {

std::shared_ptr<const std::string> shared(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

TEST_CASE("OnlyBodiesThatARecordDoesNotHaveAreHeld", "[kept_bodies]") {
  KeptBodies bodies;
  const std::string small(Exchange::max_recorded_body_bytes, 'x'), large = small + "x", binary = "a\xFF";
  const auto answer = shared(large);
  bodies.add({small, shared("\xC3\xA9")});
  bodies.add({large, answer});
  bodies.add({binary, nullptr});
  bodies.add({"", shared(std::string(KeptBodies::max_body_bytes + 1, 'x'))});
  bodies.add({"", shared(std::string(KeptBodies::max_body_bytes, 'x'))});
  const auto taken = bodies.take();
  REQUIRE(taken.size() == 4);
  CHECK(taken[0].exchange == 1);
  CHECK(taken[0].is_request);
  CHECK(*taken[0].bytes == large);
  CHECK(taken[1].exchange == 1);
  CHECK_FALSE(taken[1].is_request);
  CHECK(taken[1].bytes == answer);
  CHECK(*taken[2].bytes == binary);
  CHECK(taken[3].exchange == 4);
  CHECK(bodies.take().empty());
}

TEST_CASE("TheOldestBodiesGiveWayToThoseNextToTheFailure", "[kept_bodies]") {
  KeptBodies bodies;
  const auto largest = shared(std::string(KeptBodies::max_body_bytes, 'x'));
  for (int i = 0; i < 6; ++i) bodies.add({"", largest});
  const auto taken = bodies.take();
  REQUIRE(taken.size() == 4);
  CHECK(taken.front().exchange == 2);
  CHECK(taken.back().exchange == 5);
}

TEST_CASE("AnAttemptHasNoBodiesOfTheOneBefore", "[kept_bodies]") {
  KeptBodies bodies;
  bodies.add({"a\xFF", nullptr});
  bodies.begin_attempt();
  bodies.add({"b\xFF", nullptr});
  const auto taken = bodies.take();
  REQUIRE(taken.size() == 1);
  CHECK(taken[0].exchange == 0);
  CHECK(*taken[0].bytes == "b\xFF");
}
