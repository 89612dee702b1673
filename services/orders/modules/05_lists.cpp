// Everybody's orders are in one list: each test looks for those of a customer that it made up itself.
#include <string>
#include <vector>

#include "../orders_page.hpp"

E2E_TEST(list_shows_a_customers_orders_as_they_were_made, OrdersPage& page) {
  const Order first = page.create_test_order();
  const Order second = page.create_test_order(first.user_id);
  page.create_test_order();  // somebody else's
  const auto response = page.get("/orders", e2e::query({{"user_id", first.user_id}}));
  page.assert_ok(response);
  E2E_REQUIRE(response.json("/items").size() == 2);
  E2E_CHECK(response.json("/items/0/id") == first.id);
  E2E_CHECK(response.json("/items/1/id") == second.id);
}

E2E_TEST(list_can_be_had_by_status, OrdersPage& page) {
  const Order draft = page.create_test_order();
  const Order placed = page.create_test_order(draft.user_id);
  page.go_through(placed, {"place"});
  const auto response = page.get("/orders", e2e::query({{"user_id", draft.user_id}, {"status", "placed"}}));
  page.assert_ok(response);
  E2E_REQUIRE(response.json("/total") == 1);
  E2E_CHECK(response.json("/items/0/id") == placed.id);
}

E2E_TEST(following_next_shows_every_order_once, OrdersPage& page) {
  const std::string user_id = page.unique_name("customer");
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) made.push_back(page.create_test_order(user_id).id);

  std::vector<std::string> seen;
  std::string target = "/orders?limit=2&user_id=" + user_id;
  while (!target.empty()) {
    const auto response = page.get(target);
    page.assert_ok(response);
    for (const auto& order : response.json("/items")) seen.push_back(order["id"].as_string());
    E2E_REQUIRE(seen.size() <= made.size());  // also where `next` leads in a circle
    const auto next = response.json("/next");
    target = next.is_null() ? "" : next.as_string();
  }
  E2E_CHECK(seen == made);
}

E2E_TEST(links_lead_to_the_pages_around, OrdersPage& page) {
  const std::string user_id = page.unique_name("customer");
  for (int i = 0; i < 3; ++i) page.create_test_order(user_id);
  const auto response = page.get("/orders", e2e::query({{"user_id", user_id}, {"limit", 1}, {"page", 2}}));
  page.assert_ok(response);
  const std::string links = response.header("Link").value_or("");
  for (const char* relation : {"first", "prev", "next", "last"}) {
    const bool is_there = links.find(std::string("rel=\"") + relation + "\"") != std::string::npos;
    E2E_CHECK(is_there);
  }
}
