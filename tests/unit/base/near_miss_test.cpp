#include "base/near_miss.hpp"

#include <string>
#include <vector>

#include "e2e_catch.hpp"

using namespace e2e::host;

namespace {

const std::vector<std::string> services = {"auth", "users", "orders", "payments"};

}  // namespace

TEST_CASE("OneEditIsNear", "[near_miss]") {
  CHECK(near_miss("user", services) == "users");    // one is missing
  CHECK(near_miss("userss", services) == "users");  // one too many
  CHECK(near_miss("usars", services) == "users");   // another one
  CHECK(near_miss("suers", services) == "users");   // two swapped
  CHECK(near_miss("autj", services) == "auth");
}

TEST_CASE("LongerWordsMayDifferMore", "[near_miss]") {
  CHECK(near_miss("paymant", services) == "payments");
  CHECK(near_miss("oders", services) == "orders");
  CHECK(near_miss("paiment", services) == "payments");
  CHECK(near_miss("pajmntz", services).empty());
}

TEST_CASE("WhatIsFarIsNotSuggested", "[near_miss]") {
  CHECK(near_miss("billing", services).empty());
  CHECK(near_miss("u", services).empty());
  CHECK(near_miss("", services).empty());
  CHECK(near_miss("users", {}).empty());
}

TEST_CASE("NothingIsSuggestedOfWhichNoLetterIsLeft", "[near_miss]") {
  CHECK(near_miss("a", {"b"}).empty());
  CHECK(near_miss("", {"b"}).empty());
  CHECK(near_miss("ab", {"ac"}) == "ac");
}

TEST_CASE("TheNearestWinsAndThenTheFirst", "[near_miss]") {
  CHECK(near_miss("orderz", {"ordinal", "orders", "order"}) == "orders");
  CHECK(near_miss("tests", {"texts", "rests"}) == "texts");
}

TEST_CASE("EndlessWordsCostNothing", "[near_miss]") {
  CHECK(near_miss(std::string(1'000'000, 'a'), {std::string(1'000'000, 'a')}).empty());
  CHECK(near_miss(std::string(200, 'a'), {std::string(201, 'a'), std::string(199, 'a')}) ==
        std::string(199, 'a'));
}
