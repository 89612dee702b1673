// A client that got no answer sends its order again, with the same Idempotency-Key: it must not order twice.
#include "../orders_page.hpp"

static e2e::RequestOption idempotency_key(const std::string& key) {
  return e2e::header("Idempotency-Key", key);
}

E2E_TEST(same_key_gives_the_same_order, OrdersPage& page, e2e::tag("smoke")) {
  const auto key = page.unique_name("key");
  const auto user_id = page.unique_name("customer");
  const auto first = page.post("/orders", page.order_body(user_id), idempotency_key(key));
  page.assert_status(first, 201);
  page.keep_until_cleanup(first);

  const auto second = page.post("/orders", page.order_body(user_id), idempotency_key(key));
  page.assert_status(second, 200);
  page.assert_header(second, "Idempotency-Replayed", "true");
  E2E_CHECK(second.json("/id") == first.json("/id"));
  page.assert_json(page.get("/orders", e2e::query({{"user_id", user_id}})), "/total", 1);
}

E2E_TEST(same_key_shows_the_order_as_it_is_now, OrdersPage& page) {
  const auto key = page.unique_name("key");
  const auto body = page.order_body(page.unique_name("customer"));
  const auto first = page.post("/orders", body, idempotency_key(key));
  page.assert_status(first, 201);
  page.go_through(page.keep_until_cleanup(first), {"place"});
  page.assert_json(page.post("/orders", body, idempotency_key(key)), "/status", "placed");
}

E2E_TEST(same_key_for_another_order_is_refused, OrdersPage& page) {
  const auto key = page.unique_name("key");
  const auto first =
      page.post("/orders", page.order_body(page.unique_name("customer")), idempotency_key(key));
  page.assert_status(first, 201);
  page.keep_until_cleanup(first);

  const auto other_user_id = page.unique_name("customer");
  const auto second = page.post("/orders", page.order_body(other_user_id), idempotency_key(key));
  page.assert_status(second, 409);
  page.assert_json(second, "/error", "idempotency_key_reused");
  page.assert_json(page.get("/orders", e2e::query({{"user_id", other_user_id}})), "/total", 0);
}

E2E_TEST(spacing_and_order_of_members_make_no_difference, OrdersPage& page) {
  const auto key = page.unique_name("key");
  const std::string user = R"("user_id": ")" + page.unique_name("customer") + R"(")";
  const std::string items = R"("items":[{"sku":"tea","quantity":2,"unit_price_cents":450}])";
  const auto first =
      page.post("/orders", e2e::json_text("{" + user + "," + items + "}"), idempotency_key(key));
  page.assert_status(first, 201);
  page.keep_until_cleanup(first);
  page.assert_status(
      page.post("/orders", e2e::json_text("{ " + items + ",\n  " + user + " }"), idempotency_key(key)), 200);
}

E2E_TEST(without_a_key_each_request_is_an_order, OrdersPage& page) {
  const auto user_id = page.unique_name("customer");
  const Order first = page.create_test_order(user_id);
  const Order second = page.create_test_order(user_id);
  E2E_CHECK(first.id != second.id);
}
