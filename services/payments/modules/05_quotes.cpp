#include "../payments_page.hpp"

// Asked once in the whole run, whatever the number of workers: quotes are rate limited, and this one is the
// same for all who ask. What a fixture of the run makes stays, so it should make nothing.
E2E_ONCE_PER_RUN(price_of_100_euros, PaymentsPage& page) {
  const auto response = page.quote(page.unique_name("key"), 10000);
  page.assert_ok(response);
  return response.json();
}

E2E_TEST(fee_is_25_cents_and_1_4_percent, PaymentsPage& page, e2e::tag("smoke")) {
  E2E_CHECK(page.once_per_run("price_of_100_euros")["fee_cents"] == 25 + 140);
}

E2E_TEST(total_is_amount_and_fee, PaymentsPage& page) {
  const auto price = page.once_per_run("price_of_100_euros");
  E2E_CHECK(price["amount_cents"] == 10000);
  E2E_CHECK(price["total_cents"].as_int() == price["amount_cents"].as_int() + price["fee_cents"].as_int());
}

E2E_TEST(quotes_need_an_api_key, PaymentsPage& page, e2e::tag("security")) {
  const auto response = page.post("/payments/quote", e2e::json_body({{"amount_cents", 100}}));
  page.assert_status(response, 401);
  page.assert_json(response, "/error", "missing_api_key");
}

E2E_TEST(quote_of_nothing_is_rejected, PaymentsPage& page, e2e::tag("validation")) {
  page.assert_rejected(page.quote(page.unique_name("key"), 0), "amount_cents");
}
