#include "api/card.hpp"

#include <e2e_catch.hpp>

TEST_CASE("CardNumberNeedsItsCheckDigit") {
  CHECK(demo::is_card_number("4242424242424242"));
  CHECK(demo::is_card_number("378282246310005"));
  CHECK(demo::is_card_number("4000000000000002"));
  CHECK(demo::is_card_number("4000000000009995"));
  CHECK(demo::is_card_number("4000000000000069"));
  CHECK_FALSE(demo::is_card_number("4242424242424241"));
  CHECK_FALSE(demo::is_card_number("2442424242424242"));
}

TEST_CASE("CardNumberIs12To19Digits") {
  CHECK(demo::is_card_number("000000000000"));
  CHECK_FALSE(demo::is_card_number("00000000000"));
  CHECK_FALSE(demo::is_card_number("00000000000000000000"));
  CHECK_FALSE(demo::is_card_number("4242 4242 4242 4242"));
  CHECK_FALSE(demo::is_card_number(""));
}

TEST_CASE("OrdinaryCardIsNotDeclined") { CHECK_FALSE(demo::decline_code("4242424242424242")); }
