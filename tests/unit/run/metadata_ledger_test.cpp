#include "run/metadata_ledger.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

PlannedTest test(const std::string& id, uint32_t service, std::vector<uint32_t> depends_on = {}) {
  PlannedTest planned;
  planned.id = id;
  planned.service = service;
  planned.depends_on = std::move(depends_on);
  return planned;
}

/// Service 0: tests 0, 1 <- 0, 2 <- 1. Service 1: test 3 <- 2, test 4.
Plan plan(Mode mode) {
  Plan plan;
  for (const char* name : {"a", "b"}) {
    PlannedService service;
    service.name = name;
    service.mode = mode;
    plan.services.push_back(service);
  }
  plan.tests = {test("a::m::0", 0), test("a::m::1", 0, {0}), test("a::m::2", 0, {1}), test("b::m::3", 1, {2}),
                test("b::m::4", 1)};
  return plan;
}

void pass(MetadataLedger& ledger, uint32_t test, const std::string& key, const std::string& json) {
  ledger.set(test, key, json);
  ledger.end_attempt(test, true);
}

}  // namespace

TEST_CASE("InModeTestOnlyWhatATestDependsOnIsInherited", "[metadata_ledger]") {
  const Plan run = plan(Mode::test);
  MetadataLedger ledger(run);
  pass(ledger, 0, "zero", "0");
  pass(ledger, 1, "one", "1");
  pass(ledger, 4, "four", "4");
  CHECK(ledger.inherited(0, {0}).empty());
  CHECK(ledger.inherited(0, {1}) == Values{{"zero", "0"}});
  CHECK(ledger.inherited(0, {2}) == Values{{"one", "1"}, {"zero", "0"}});
  CHECK(ledger.inherited(1, {3}) == Values{{"one", "1"}, {"zero", "0"}});
  CHECK(ledger.inherited(1, {4}).empty());
}

TEST_CASE("InModeServiceEverythingOfTheServiceIsInheritedToo", "[metadata_ledger]") {
  const Plan run = plan(Mode::service);
  MetadataLedger ledger(run);
  pass(ledger, 0, "zero", "0");
  pass(ledger, 4, "four", "4");
  CHECK(ledger.inherited(0, {0, 1, 2}) == Values{{"zero", "0"}});
  CHECK(ledger.inherited(1, {3}) == Values{{"four", "4"}, {"zero", "0"}});
  CHECK(ledger.inherited(1, {4}) == Values{{"four", "4"}});
}

TEST_CASE("OnlyTheAttemptThatPassedCounts", "[metadata_ledger]") {
  const Plan run = plan(Mode::test);
  MetadataLedger ledger(run);
  ledger.set(0, "key", "1");
  ledger.set(0, "lost", "1");
  CHECK(ledger.inherited(0, {1}).empty());
  ledger.end_attempt(0, false);
  CHECK(ledger.inherited(0, {1}).empty());
  ledger.set(0, "key", "2");
  ledger.set(0, "key", "3");
  ledger.end_attempt(0, true);
  CHECK(ledger.inherited(0, {1}) == Values{{"key", "3"}});
}

TEST_CASE("OfTwoThatSetAKeyTheLaterInModeServiceCounts", "[metadata_ledger]") {
  const auto mode = GENERATE(Mode::service, Mode::test);
  const Plan run = plan(mode);
  MetadataLedger ledger(run);
  // Whoever finished last.
  pass(ledger, 1, "key", "1");
  pass(ledger, 0, "key", "0");
  CHECK(ledger.inherited(0, {2}) == Values{{"key", "1"}});
}

TEST_CASE("OrderThatCountsIsThatOfDependenciesNotOfDeclaration", "[metadata_ledger]") {
  Plan run;
  PlannedService service;
  service.name = "a";
  service.mode = Mode::test;
  run.services = {service};
  // 0 is declared first and runs last, as it depends on 1.
  run.tests = {test("a::m::0", 0, {1}), test("a::m::1", 0), test("a::m::2", 0, {0, 1})};
  MetadataLedger ledger(run);
  pass(ledger, 1, "key", "one");
  pass(ledger, 0, "key", "zero");
  CHECK(ledger.inherited(0, {2}) == Values{{"key", "zero"}});
}

TEST_CASE("TestThatIsNotInThePlanIsRefused", "[metadata_ledger]") {
  const Plan run = plan(Mode::test);
  MetadataLedger ledger(run);
  CHECK_THROWS_AS(ledger.set(5, "key", "1"), std::out_of_range);
  CHECK_THROWS_AS(ledger.end_attempt(5, true), std::out_of_range);
}
