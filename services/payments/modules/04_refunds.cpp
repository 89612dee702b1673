#include "../payments_page.hpp"

E2E_TEST(whole_payment_is_paid_back, PaymentsPage& page, e2e::tag("smoke")) {
  const Payment payment = page.create_test_payment(1000);
  const auto response = page.refund_rest(payment);
  page.assert_status(response, 201);
  E2E_CHECK(response.json("/amount_cents") == 1000);
  E2E_CHECK(response.json("/payment/status") == "refunded");
}

E2E_TEST(parts_add_up_to_the_whole, PaymentsPage& page) {
  const Payment payment = page.create_test_payment(1000);
  page.assert_json(page.refund(payment, 300), "/payment/status", "partially_refunded");
  page.assert_json(page.refund(payment, 300), "/payment/refunded_cents", 600);
  page.assert_json(page.refund_rest(payment), "/amount_cents", 400);
  page.assert_json(page.get(page.path_of(payment)), "/status", "refunded");
}

E2E_TEST(no_more_is_paid_back_than_was_paid, PaymentsPage& page) {
  const Payment payment = page.create_test_payment(1000);
  page.assert_status(page.refund(payment, 600), 201);
  const auto response = page.refund(payment, 401);
  page.assert_status(response, 409);
  page.assert_json(response, "/error", "refund_exceeds_payment");
  page.assert_json(page.get(page.path_of(payment)), "/refunded_cents", 600);
}

E2E_TEST(nothing_is_paid_back_twice, PaymentsPage& page) {
  const Payment payment = page.create_test_payment(1000);
  page.assert_status(page.refund_rest(payment), 201);
  const auto response = page.refund_rest(payment);
  page.assert_status(response, 409);
  page.assert_json(response, "/error", "not_refundable");
}

E2E_TEST(refund_of_nothing_is_rejected, PaymentsPage& page, e2e::tag("validation")) {
  page.assert_rejected(page.refund(page.create_test_payment(1000), 0), "amount_cents");
}
