// Each API key has 5 quotes at once, and one more every second. A key of its own for each test: nobody else
// uses it up.
#include "../payments_page.hpp"

// Asks until it is too often. A slow machine gets some more quotes before: they come back while it asks.
static e2e::Response use_up(PaymentsPage& page, const std::string& api_key) {
  auto response = page.send_quote(api_key, 100);
  for (int sent = 1; response.status() != 429 && sent < 50; ++sent) response = page.send_quote(api_key, 100);
  page.assert_status(response, 429);
  return response;
}

E2E_TEST(each_answer_tells_what_is_left, PaymentsPage& page) {
  const auto response = page.quote(page.unique_name("key"), 100);
  page.assert_header(response, "X-RateLimit-Limit", "5");
  page.assert_header(response, "X-RateLimit-Remaining", "4");
}

E2E_TEST(too_many_quotes_are_refused, PaymentsPage& page, e2e::tag("smoke")) {
  const auto refused = use_up(page, page.unique_name("key"));
  page.assert_json(refused, "/error", "rate_limited");
  page.assert_header(refused, "X-RateLimit-Remaining", "0");
  E2E_CHECK(page.retry_after(refused).count() == 1);
}

E2E_TEST(another_key_is_not_held_back, PaymentsPage& page) {
  use_up(page, page.unique_name("key"));
  page.assert_ok(page.send_quote(page.unique_name("key"), 100));
}

E2E_TEST(who_waits_as_told_gets_a_quote, PaymentsPage& page) {
  const auto key = page.unique_name("key");
  use_up(page, key);
  page.assert_ok(page.quote(key, 100));
}
