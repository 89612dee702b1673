#include "worker/metadata.hpp"

#include <string>
#include <utility>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

std::string value(const Metadata& metadata, std::string_view key) {
  return std::string(metadata.get(key).value_or("none"));
}

}  // namespace

TEST_CASE("UnknownKeyHasNoValue", "[metadata]") { CHECK_FALSE(Metadata().get("key")); }

TEST_CASE("AttemptWinsOverScopeAndScopeOverWhatWasInherited", "[metadata]") {
  Metadata metadata;
  metadata.begin_unit({{"key", "1"}, {"unit", "11"}});
  CHECK(value(metadata, "key") == "1");
  metadata.begin_scope();
  metadata.set("key", "2");
  CHECK(value(metadata, "key") == "2");
  metadata.begin_attempt();
  metadata.set("key", "3");
  CHECK(value(metadata, "key") == "3");
  CHECK(value(metadata, "unit") == "11");
}

TEST_CASE("PassedAttemptLeavesWhatItSetToLaterTests", "[metadata]") {
  Metadata metadata;
  metadata.begin_unit({});
  metadata.begin_attempt();
  metadata.set("key", "1");
  metadata.set("key", "2");
  metadata.set("other", "\"x\"");
  CHECK(metadata.end_attempt(true, true) == Values{{"key", "2"}, {"other", "\"x\""}});
  metadata.begin_attempt();
  CHECK(value(metadata, "key") == "2");
  CHECK(metadata.end_attempt(true, true).empty());
}

TEST_CASE("AttemptThatDidNotPassLeavesNothing", "[metadata]") {
  Metadata metadata;
  metadata.begin_unit({{"key", "1"}});
  metadata.begin_attempt();
  metadata.set("key", "2");
  CHECK(metadata.end_attempt(false, true).empty());
  CHECK(value(metadata, "key") == "1");
}

TEST_CASE("InModeTestTheHostIsToldAndTheWorkerForgets", "[metadata]") {
  Metadata metadata;
  metadata.begin_unit({});
  metadata.begin_attempt();
  metadata.set("key", "1");
  CHECK(metadata.end_attempt(true, false) == Values{{"key", "1"}});
  CHECK_FALSE(metadata.get("key"));
}

TEST_CASE("AttemptSeesItsScopeButScopeNotItsAttempts", "[metadata]") {
  Metadata metadata;
  metadata.begin_unit({});
  metadata.begin_scope();
  metadata.set("scope", "1");
  metadata.begin_attempt();
  CHECK(value(metadata, "scope") == "1");
  metadata.set("attempt", "2");
  metadata.end_attempt(true, false);
  metadata.begin_scope();
  CHECK_FALSE(metadata.get("scope"));
  CHECK_FALSE(metadata.get("attempt"));
}

TEST_CASE("ScopeOutlivesAUnitAndWhatWasInheritedDoesNot", "[metadata]") {
  Metadata metadata;
  metadata.begin_unit({{"inherited", "1"}});
  metadata.begin_scope();
  metadata.set("scope", "2");
  metadata.begin_unit({{"later", "3"}});
  CHECK(value(metadata, "scope") == "2");
  CHECK(value(metadata, "later") == "3");
  CHECK_FALSE(metadata.get("inherited"));
}
