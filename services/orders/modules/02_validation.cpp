#include "../orders_page.hpp"

E2E_TEST(order_needs_items, OrdersPage& page, e2e::tag("validation")) {
  const auto user_id = page.unique_name("customer");
  page.assert_rejected(page.post("/orders", e2e::json_body({{"user_id", user_id}})), "items");
  page.assert_rejected(page.post("/orders", e2e::json_body({{"user_id", user_id}, {"items", e2e::array()}})),
                       "items");
}

E2E_TEST(unknown_currency_is_rejected, OrdersPage& page, e2e::tag("validation")) {
  const auto response =
      page.post("/orders", e2e::json_body({{"user_id", page.unique_name("customer")},
                                           {"currency", "XXX"},
                                           {"items", e2e::array({page.item("tea", 1, 1)})}}));
  page.assert_rejected(response, "currency");
}

E2E_TEST(wrong_items_are_named_with_their_place, OrdersPage& page, e2e::tag("validation")) {
  const auto response =
      page.post("/orders",
                e2e::json_body({{"user_id", page.unique_name("customer")},
                                {"items", e2e::array({page.item("tea", 1, 450), page.item("cup", 0, -5)})}}));
  page.assert_rejected(response, "items.1.quantity");
  page.assert_rejected(response, "items.1.unit_price_cents");
  E2E_CHECK(response.json("/fields").size() == 2);
}

E2E_TEST(what_is_no_json_is_rejected, OrdersPage& page, e2e::tag("validation")) {
  const auto response = page.post("/orders", e2e::json_text(R"({"user_id": )"));
  page.assert_status(response, 400);
  page.assert_json(response, "/error", "invalid_json");
}
