#include "../payments_page.hpp"

// Cards that the bank says no to, each for a reason of its own.
struct DeclinedCard {
  const char* number;
  const char* reason;
};
static constexpr DeclinedCard declined_cards[] = {
    {"4000000000000002", "generic_decline"},
    {"4000000000009995", "insufficient_funds"},
    {"4000000000000069", "expired_card"},
};

E2E_TEST(declined_card_tells_why, PaymentsPage& page, e2e::tag("smoke"), e2e::priority::high) {
  for (const auto& card : declined_cards) {
    e2e::step(card.reason, [&] {
      const auto response = page.pay(500, card.number);
      page.assert_status(response, 402);
      page.assert_json(response, "/error", "card_declined");
      page.assert_json(response, "/decline_code", card.reason);
    });
  }
}

E2E_TEST(declined_payment_is_on_record, PaymentsPage& page) {
  const auto declined = page.pay(500, declined_cards[0].number);
  page.assert_status(declined, 402);
  const auto payment = page.get("/payments/" + declined.json("/payment_id").as_string());
  page.assert_ok(payment);
  E2E_CHECK(payment.json("/status") == "declined");
  E2E_CHECK(payment.json("/decline_code") == declined_cards[0].reason);
}

E2E_TEST(declined_payment_cannot_be_refunded, PaymentsPage& page) {
  const auto declined = page.pay(500, declined_cards[0].number);
  page.assert_status(declined, 402);
  const auto response = page.refund_rest({declined.json("/payment_id").as_string(), 500});
  page.assert_status(response, 409);
  page.assert_json(response, "/error", "not_refundable");
}
