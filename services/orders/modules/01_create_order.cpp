#include "../orders_page.hpp"

E2E_TEST(create_order, OrdersPage& page, e2e::tag("smoke"), e2e::priority::high) {
  const std::string user_id = page.unique_name("customer");
  const auto response = page.post("/orders", page.order_body(user_id));
  page.assert_status(response, 201);
  const Order order = page.keep_until_cleanup(response);
  page.assert_header(response, "Location", page.path_of(order));
  E2E_CHECK(response.json("/user_id") == user_id);
  E2E_CHECK(response.json("/status") == "draft");
  E2E_CHECK(response.json("/currency") == "EUR");
}

E2E_TEST(order_can_be_read, OrdersPage& page, e2e::tag("smoke")) {
  const auto created = page.post("/orders", page.order_body(page.unique_name("customer")));
  page.assert_status(created, 201);
  const Order order = page.keep_until_cleanup(created);
  const auto read = page.get(page.path_of(order));
  page.assert_ok(read);
  E2E_CHECK(read.json() == created.json());
}

E2E_TEST(total_is_the_sum_of_the_items, OrdersPage& page) {
  const auto items =
      e2e::array({page.item("tea", 2, 450), page.item("cup", 1, 1000), page.item("gift", 3, 0)});
  const auto response = page.post(
      "/orders",
      e2e::json_body({{"user_id", page.unique_name("customer")}, {"currency", "USD"}, {"items", items}}));
  page.assert_status(response, 201);
  page.keep_until_cleanup(response);
  E2E_CHECK(response.json("/total_cents") == 2 * 450 + 1000);
  E2E_CHECK(response.json("/currency") == "USD");
  E2E_CHECK(response.json("/items") == items);
}

E2E_TEST(unknown_order_is_not_found, OrdersPage& page) {
  const Order order = page.create_test_order();
  // An id is never used twice, so this one is of nobody's from now on.
  page.assert_status(page.del(page.path_of(order)), 204);
  const auto response = page.get(page.path_of(order));
  page.assert_status(response, 404);
  page.assert_json(response, "/error", "not_found");
}
