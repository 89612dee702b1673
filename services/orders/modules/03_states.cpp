// draft -> placed -> paid -> shipped, and cancelled from each but the last.
#include "../orders_page.hpp"

// The service refused, told what would be allowed, and left the order as it was.
static void assert_refused(OrdersPage& page, const Order& order, const std::string& action,
                           const e2e::JsonValue& allowed, e2e::Location where = e2e::Location::here()) {
  const std::string status = page.status_of(order);
  const auto response = page.act(order, action);
  page.assert_status(response, 409, where);
  page.assert_json(response, "/error", "invalid_transition", where);
  page.assert_json(response, "/from", status, where);
  page.assert_json(response, "/allowed", allowed, where);
  page.assert_json(page.get(page.path_of(order)), "/status", status, where);
}

E2E_TEST(draft_is_placed_paid_and_shipped, OrdersPage& page, e2e::tag("smoke"), e2e::priority::high) {
  const Order order = page.create_test_order();
  page.assert_json(page.act(order, "place"), "/status", "placed");
  page.assert_json(page.act(order, "pay"), "/status", "paid");
  page.assert_json(page.act(order, "ship"), "/status", "shipped");
  E2E_CHECK(page.status_of(order) == "shipped");
}

E2E_TEST(draft_cannot_be_paid_or_shipped, OrdersPage& page) {
  const Order order = page.create_test_order();
  assert_refused(page, order, "pay", e2e::array({"placed", "cancelled"}));
  assert_refused(page, order, "ship", e2e::array({"placed", "cancelled"}));
}

E2E_TEST(order_is_not_paid_twice, OrdersPage& page) {
  const Order order = page.create_test_order();
  page.go_through(order, {"place", "pay"});
  assert_refused(page, order, "pay", e2e::array({"shipped", "cancelled"}));
}

E2E_TEST(draft_can_be_cancelled, OrdersPage& page) {
  page.assert_json(page.act(page.create_test_order(), "cancel"), "/status", "cancelled");
}

E2E_TEST(paid_order_can_be_cancelled, OrdersPage& page) {
  const Order order = page.create_test_order();
  page.go_through(order, {"place", "pay"});
  page.assert_json(page.act(order, "cancel"), "/status", "cancelled");
}

E2E_TEST(what_is_shipped_or_cancelled_stays_so, OrdersPage& page) {
  const Order shipped = page.create_test_order();
  page.go_through(shipped, {"place", "pay", "ship"});
  const Order cancelled = page.create_test_order();
  page.go_through(cancelled, {"cancel"});
  for (const char* action : {"place", "pay", "ship", "cancel"}) {
    e2e::step(action, [&] {
      assert_refused(page, shipped, action, e2e::array());
      assert_refused(page, cancelled, action, e2e::array());
    });
  }
}
