#include "../payments_page.hpp"

E2E_TEST(pay_by_card, PaymentsPage& page, e2e::tag("smoke"), e2e::priority::critical) {
  const auto response = page.pay(1999, good_card);
  page.assert_status(response, 201);
  page.assert_header(response, "Location", "/payments/" + response.json("/id").as_string());
  E2E_CHECK(response.json("/status") == "succeeded");
  E2E_CHECK(response.json("/amount_cents") == 1999);
  E2E_CHECK(response.json("/currency") == "EUR");
  E2E_CHECK(response.json("/refunded_cents") == 0);
}

E2E_TEST(payment_can_be_read, PaymentsPage& page, e2e::tag("smoke")) {
  const Payment payment = page.create_test_payment(750);
  const auto response = page.get(page.path_of(payment));
  page.assert_ok(response);
  E2E_CHECK(response.json("/id") == payment.id);
  E2E_CHECK(response.json("/amount_cents") == 750);
}

E2E_TEST(card_number_is_not_kept, PaymentsPage& page, e2e::tag("security")) {
  const auto response = page.get(page.path_of(page.create_test_payment(100)));
  page.assert_json(response, "/card_last4", "4242");
  const bool shows_the_card = response.text().find(good_card) != std::string::npos;
  E2E_CHECK(!shows_the_card);
}

// Without an order a payment is its own: there is no other that it could be taken for.
E2E_TEST(same_amount_twice_is_two_payments, PaymentsPage& page) {
  const Payment first = page.create_test_payment(100);
  const Payment second = page.create_test_payment(100);
  E2E_CHECK(first.id != second.id);
}

E2E_TEST(deleted_payment_is_not_found, PaymentsPage& page) {
  const Payment payment = page.create_test_payment(100);
  page.assert_status(page.del(page.path_of(payment)), 204);
  page.assert_status(page.get(page.path_of(payment)), 404);
}
