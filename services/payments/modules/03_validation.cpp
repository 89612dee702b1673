#include "../payments_page.hpp"

E2E_TEST(wrong_check_digit_is_rejected, PaymentsPage& page, e2e::tag("validation")) {
  page.assert_rejected(page.pay(100, "4242424242424241"), "card_number");
}

E2E_TEST(amount_must_be_positive, PaymentsPage& page, e2e::tag("validation")) {
  for (const std::int64_t amount_cents : {0, -1}) {
    e2e::step(std::to_string(amount_cents) + " cents",
              [&] { page.assert_rejected(page.pay(amount_cents, good_card), "amount_cents"); });
  }
}

E2E_TEST(amount_of_an_order_comes_from_the_order, PaymentsPage& page, e2e::tag("validation")) {
  const auto response = page.post(
      "/payments", e2e::json_body({{"order_id", "ord_0"}, {"amount_cents", 1}, {"card_number", good_card}}));
  page.assert_rejected(response, "amount_cents");
}

// No order ever has this id: they are counted from 1.
E2E_TEST(unknown_order_cannot_be_paid, PaymentsPage& page, e2e::tag("validation")) {
  const auto response =
      page.post("/payments", e2e::json_body({{"order_id", "ord_0"}, {"card_number", good_card}}));
  page.assert_rejected(response, "order_id");
}
