// Tests that build on each other: depends_on says so, and metadata carries what the later ones need to know.
// Each is a test of its own, so that a report shows how far it went. For steps of one test see the orders.
#include "../payments_page.hpp"

E2E_TEST(customer_pays, PaymentsPage& page, e2e::tag("journey"), e2e::priority::high) {
  const auto response =
      page.post("/payments", e2e::json_body({{"amount_cents", 5000}, {"card_number", good_card}}));
  page.assert_status(response, 201);
  page.set_metadata("payment", response.json("/id"));
}

static Payment payment_of(const PaymentsPage& page) {
  return {page.get_metadata("payment").as_string(), 5000};
}

E2E_TEST(customer_sends_a_part_back, PaymentsPage& page, e2e::tag("journey"),
         e2e::depends_on("customer_pays")) {
  page.assert_json(page.refund(payment_of(page), 2000), "/payment/refunded_cents", 2000);
}

E2E_TEST(books_show_both, PaymentsPage& page, e2e::tag("journey"),
         e2e::depends_on("customer_sends_a_part_back")) {
  const auto response = page.get(page.path_of(payment_of(page)));
  page.assert_ok(response);
  E2E_CHECK(response.json("/amount_cents") == 5000);
  E2E_CHECK(response.json("/refunded_cents") == 2000);
  E2E_CHECK(response.json("/status") == "partially_refunded");
}

// What outlives a test is for the last that depends on it to delete.
E2E_TEST(books_are_closed, PaymentsPage& page, e2e::tag("journey"), e2e::depends_on("books_show_both")) {
  const Payment payment = payment_of(page);
  page.assert_status(page.del(page.path_of(payment)), 204);
  page.assert_status(page.get(page.path_of(payment)), 404);
}
