#include "scaffold/service_entry.hpp"

#include <e2e_catch.hpp>
#include <string>

#include "base/fatal.hpp"

using namespace e2e::host;

namespace {

std::string with_users(const std::string& text) {
  return with_service(text, "e2e.conf", "users", {"base_url: http://a", "start:", "  command: [b]"});
}

std::string refusal(const std::string& text) {
  try {
    return "accepted:\n" + with_users(text);
  } catch (const Fatal& error) {
    return error.what();
  }
}

const std::string entry = "  users:\n    base_url: http://a\n    start:\n      command: [b]\n";

}  // namespace

TEST_CASE("TheNewServiceIsTheLastOne") {
  CHECK(with_users("services:\n  orders:\n    base_url: http://o\n") ==
        "services:\n  orders:\n    base_url: http://o\n" + entry);
  CHECK(with_users(
            "services:\n  orders: {base_url: http://o}\n\n# About limits.\nlimits:\n  run_timeout: 1\n") ==
        "services:\n  orders: {base_url: http://o}\n" + entry +
            "\n# About limits.\nlimits:\n  run_timeout: 1\n");
  CHECK(
      with_users("# top\nservices: # mine\n  # the first\n  orders:\n    base_url: http://o # here\n  # more "
                 "to come\n") ==
      "# top\nservices: # mine\n  # the first\n  orders:\n    base_url: http://o # here\n  # more to come\n" +
          entry);
}

TEST_CASE("WhatHasNoServicesGetsThem") {
  CHECK(with_users("") == "services:\n" + entry);
  CHECK(with_users("general:\n  retries: 1\n") == "general:\n  retries: 1\n\nservices:\n" + entry);
  CHECK(with_users("services:\ngeneral:\n  retries: 1\n") ==
        "services:\n" + entry + "general:\n  retries: 1\n");
  CHECK(with_users("# nothing yet\n") == "# nothing yet\n\nservices:\n" + entry);
}

TEST_CASE("IndentationIsThatOfTheNeighbours") {
  CHECK(with_users("services:\n    orders:\n        base_url: http://o\n") ==
        "services:\n    orders:\n        base_url: http://o\n"
        "    users:\n        base_url: http://a\n        start:\n          command: [b]\n");
}

TEST_CASE("ALastLineWithoutItsEndGetsOne") {
  CHECK(with_users("services:\n  orders: {base_url: http://o}") ==
        "services:\n  orders: {base_url: http://o}\n" + entry);
}

TEST_CASE("WhatLinesCantBeAddedToIsLeftToTheUser") {
  const std::string by_hand =
      "error: e2e.conf: 'services' is not written so that a line can be added\nhint: add it by hand:\n" +
      entry;
  CHECK(refusal("services: {orders: {base_url: http://o}}\n") == by_hand);
  CHECK(refusal("services: {}\n") == by_hand);
  CHECK(refusal("services: [orders]\n") == by_hand);
  CHECK(refusal("{services: {orders: {base_url: http://o}}}\n") == by_hand);
  CHECK(refusal("base: &s\n  orders: {base_url: http://o}\nservices: *s\n") == by_hand);
  CHECK(refusal("- a\n") == by_hand);
}

TEST_CASE("AServiceThatIsThereIsRefused") {
  CHECK(refusal("services:\n  users: {base_url: http://o}\n") ==
        "error: e2e.conf: there is a service 'users' already");
}

TEST_CASE("WhatIsNoYamlIsPointedAt") { CHECK(refusal("services:\n  a: [\n").find("e2e.conf:") == 0); }
