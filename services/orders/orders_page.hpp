// What the tests of the orders service say to it.
#pragma once

#include <cstdint>
#include <e2e/e2e.hpp>
#include <initializer_list>
#include <string>

struct Order {
  std::string id;
  std::string user_id;
};

/// The orders service, as its tests see it.
class OrdersPage : public e2e::Page {
 public:
  using Page::Page;

  /// A draft of a customer that no other test has. It is deleted at the end of the test.
  Order create_test_order() { return create_test_order(unique_name("customer")); }

  /// One more of that customer.
  Order create_test_order(const std::string& user_id) {
    const auto response = post("/orders", order_body(user_id));
    assert_status(response, 201);
    return keep_until_cleanup(response);
  }

  /// The order that was just made; it is deleted at the end of the test.
  Order keep_until_cleanup(const e2e::Response& created) {
    const Order order{created.json("/id").as_string(), created.json("/user_id").as_string()};
    // A test may have deleted it: what this answers does not matter.
    on_cleanup([this, path = path_of(order)] { del(path); });
    return order;
  }

  /// Two cups of tea for 4.50 each.
  static e2e::RequestOption order_body(const std::string& user_id) {
    return e2e::json_body({{"user_id", user_id}, {"items", e2e::array({item("tea", 2, 450)})}});
  }

  static e2e::JsonValue item(const std::string& sku, int quantity, std::int64_t unit_price_cents) {
    return e2e::object({{"sku", sku}, {"quantity", quantity}, {"unit_price_cents", unit_price_cents}});
  }

  /// Asks for `action`: place, pay, ship or cancel.
  e2e::Response act(const Order& order, const std::string& action) {
    return post(path_of(order) + "/" + action);
  }

  /// Has the order go through `actions`, each of which must be allowed.
  void go_through(const Order& order, std::initializer_list<const char*> actions,
                  e2e::Location where = e2e::Location::here()) {
    for (const char* action : actions) assert_ok(act(order, action), where);
  }

  std::string status_of(const Order& order) { return get(path_of(order)).json("/status").as_string(); }

  static std::string path_of(const Order& order) { return "/orders/" + order.id; }

  /// The service said no to this field, and why.
  static void assert_rejected(const e2e::Response& response, const std::string& field,
                              e2e::Location where = e2e::Location::here()) {
    assert_status(response, 422, where);
    assert_json(response, "/error", "validation_failed", where);
    response.json("/fields/" + field, where);
  }
};
