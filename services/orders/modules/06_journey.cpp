#include "../orders_page.hpp"

// One story in steps: a report shows each with its requests, and where the story broke off.
E2E_TEST(from_basket_to_doorstep, OrdersPage& page, e2e::tag("smoke", "journey"), e2e::priority::critical,
         e2e::timeout_ms(10000)) {
  const Order order = e2e::step("fill a basket", [&] { return page.create_test_order(); });
  e2e::note("the order is " + order.id);

  e2e::step("place the order", [&] { page.assert_json(page.act(order, "place"), "/status", "placed"); });

  e2e::step("pay", [&] {
    page.assert_json(page.act(order, "pay"), "/status", "paid");
    const auto paid = page.get("/orders", e2e::query({{"user_id", order.user_id}, {"status", "paid"}}));
    E2E_CHECK(paid.json("/items/0/id") == order.id);
  });

  e2e::step("get it shipped", [&] {
    page.assert_json(page.act(order, "ship"), "/status", "shipped");
    page.assert_status(page.act(order, "cancel"), 409);
  });
}
