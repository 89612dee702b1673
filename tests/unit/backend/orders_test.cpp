#include <atomic>
#include <e2e_catch.hpp>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "running_backend.hpp"

using demo::test::Answer;
using demo::test::RunningBackend;
using demo::test::ServiceClient;
using nlohmann::json;

namespace {

json order_of(const std::string& user_id) {
  return {{"user_id", user_id}, {"items", {{{"sku", "tea"}, {"quantity", 2}, {"unit_price_cents", 450}}}}};
}

std::string create(ServiceClient& orders, const std::string& user_id = "usr_1") {
  const Answer answer = orders.post("/orders", order_of(user_id));
  REQUIRE(answer.status == 201);
  return answer.body["id"];
}

Answer move(ServiceClient& orders, const std::string& id, const std::string& action) {
  return orders.post_text("/orders/" + id + "/" + action, "");
}

httplib::Headers key(const std::string& value) { return {{"Idempotency-Key", value}}; }

}  // namespace

TEST_CASE("CreatedOrderIsADraftWithItsTotal") {
  const RunningBackend running;
  auto orders = running.client("orders");
  json body = order_of("usr_7");
  body["currency"] = "USD";
  body["items"].push_back({{"sku", "cup"}, {"quantity", 1}, {"unit_price_cents", 1000}});
  const Answer created = orders.post("/orders", body);
  REQUIRE(created.status == 201);
  CHECK(created.header("Location") == "/orders/ord_1");
  CHECK(created.body["status"] == "draft");
  CHECK(created.body["user_id"] == "usr_7");
  CHECK(created.body["currency"] == "USD");
  CHECK(created.body["total_cents"] == 1900);
  CHECK(created.body["items"] == body["items"]);
  CHECK(orders.get("/orders/ord_1").body == created.body);
  CHECK(orders.get("/orders/ord_2").status == 404);
}

TEST_CASE("InvalidOrderNamesTheItemThatIsWrong") {
  const RunningBackend running;
  auto orders = running.client("orders");
  const Answer answer = orders.post("/orders", {{"user_id", "usr_1"},
                                                {"currency", "XXX"},
                                                {"items",
                                                 {{{"sku", "tea"}, {"quantity", 1}, {"unit_price_cents", 1}},
                                                  {{"sku", "cup"}, {"quantity", 0}},
                                                  "spoon"}}});
  CHECK(answer.status == 422);
  CHECK(answer.body["fields"]["currency"] == "must be EUR, GBP or USD");
  CHECK(answer.body["fields"]["items.1.quantity"] == "must be between 1 and 1000");
  CHECK(answer.body["fields"]["items.1.unit_price_cents"] == "is required");
  CHECK(answer.body["fields"]["items.2"] == "must be an object");
  CHECK(answer.body["fields"].size() == 4);
  CHECK(orders.post("/orders", {{"user_id", "usr_1"}, {"items", json::array()}}).body["fields"] ==
        json{{"items", "must have 1 to 100 elements"}});
  CHECK(orders.get("/orders").body["total"] == 0);
}

TEST_CASE("SameKeyAndBodyIsTheSameOrder") {
  const RunningBackend running;
  auto orders = running.client("orders");
  const Answer first = orders.post("/orders", order_of("usr_1"), key("k1"));
  const Answer second = orders.post("/orders", order_of("usr_1"), key("k1"));
  REQUIRE(first.status == 201);
  CHECK(first.header("Idempotency-Replayed").empty());
  CHECK(second.status == 200);
  CHECK(second.header("Idempotency-Replayed") == "true");
  CHECK(second.body == first.body);
  CHECK(orders.get("/orders").body["total"] == 1);
}

TEST_CASE("SpacingAndMemberOrderDoNotMakeAnotherBody") {
  const RunningBackend running;
  auto orders = running.client("orders");
  REQUIRE(orders.post("/orders", order_of("usr_1"), key("k1")).status == 201);
  const Answer second = orders.post_text(
      "/orders",
      R"({ "user_id": "usr_1", "items": [ {"unit_price_cents": 450, "sku": "tea", "quantity": 2} ] })",
      key("k1"));
  CHECK(second.status == 200);
}

TEST_CASE("SameKeyWithAnotherBodyIs409") {
  const RunningBackend running;
  auto orders = running.client("orders");
  REQUIRE(orders.post("/orders", order_of("usr_1"), key("k1")).status == 201);
  const Answer other = orders.post("/orders", order_of("usr_2"), key("k1"));
  CHECK(other.status == 409);
  CHECK(other.body["error"] == "idempotency_key_reused");
  CHECK(orders.post("/orders", order_of("usr_1"), key("k2")).status == 201);
}

TEST_CASE("RejectedOrderDoesNotUseUpItsKey") {
  const RunningBackend running;
  auto orders = running.client("orders");
  REQUIRE(orders.post("/orders", {{"user_id", "usr_1"}}, key("k1")).status == 422);
  CHECK(orders.post("/orders", order_of("usr_1"), key("k1")).status == 201);
  CHECK(orders.post("/orders", order_of("usr_1"), key(std::string(256, 'k'))).status == 422);
}

TEST_CASE("ConcurrentRequestsWithOneKeyMakeOneOrder") {
  const RunningBackend running;
  std::atomic<int> created = 0;
  std::mutex mutex;
  std::set<std::string> ids;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const Answer answer = running.client("orders").post("/orders", order_of("usr_1"), key("k1"));
      if (answer.status == 201) ++created;
      const std::lock_guard lock(mutex);
      ids.insert(answer.body["id"].get<std::string>());
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(created == 1);
  CHECK(ids.size() == 1);
}

TEST_CASE("OrderGoesFromDraftToShipped") {
  RunningBackend running;
  auto orders = running.client("orders");
  const std::string id = create(orders);
  running.advance_clock(1000);
  CHECK(move(orders, id, "place").body["status"] == "placed");
  CHECK(move(orders, id, "pay").body["status"] == "paid");
  const Answer shipped = move(orders, id, "ship");
  CHECK(shipped.status == 200);
  CHECK(shipped.body["status"] == "shipped");
  CHECK(shipped.body["updated_at"] == "2024-05-01T12:30:01.250Z");
  CHECK(orders.get("/orders/" + id).body == shipped.body);
}

TEST_CASE("EveryTransitionThatIsNotAllowedIs409") {
  const RunningBackend running;
  auto orders = running.client("orders");
  // How to get to a state, and what is allowed from there.
  const std::vector<std::pair<std::vector<std::string>, std::set<std::string>>> states = {
      {{}, {"place", "cancel"}},
      {{"place"}, {"pay", "cancel"}},
      {{"place", "pay"}, {"ship", "cancel"}},
      {{"place", "pay", "ship"}, {}},
      {{"cancel"}, {}},
  };
  for (const auto& [path, allowed] : states) {
    for (const char* action : {"place", "pay", "ship", "cancel"}) {
      const std::string id = create(orders);
      for (const std::string& step : path) REQUIRE(move(orders, id, step).status == 200);
      const json before = orders.get("/orders/" + id).body;
      CAPTURE(before["status"].get<std::string>(), action);
      const Answer answer = move(orders, id, action);
      CHECK(answer.status == (allowed.count(action) > 0 ? 200 : 409));
      if (answer.status != 409) continue;
      CHECK(answer.body["error"] == "invalid_transition");
      CHECK(answer.body["from"] == before["status"]);
      CHECK(answer.body["allowed"].size() == allowed.size());
      CHECK(orders.get("/orders/" + id).body == before);
    }
  }
  CHECK(move(orders, "ord_999", "place").status == 404);
}

TEST_CASE("OrdersAreListedByUserAndStatus") {
  const RunningBackend running;
  auto orders = running.client("orders");
  const std::string first = create(orders, "usr_1");
  const std::string second = create(orders, "usr_1");
  create(orders, "usr_2");
  REQUIRE(move(orders, second, "place").status == 200);
  const Answer all = orders.get("/orders?user_id=usr_1");
  CHECK(all.body["total"] == 2);
  CHECK(all.body["items"][0]["id"] == first);
  CHECK(all.body["items"][1]["id"] == second);
  CHECK(all.body["items"][1]["items"].size() == 1);
  const Answer placed = orders.get("/orders?user_id=usr_1&status=placed");
  CHECK(placed.body["total"] == 1);
  CHECK(placed.body["items"][0]["id"] == second);
  CHECK(orders.get("/orders?status=draft&limit=1").body["next"] == "/orders?page=2&limit=1&status=draft");
  CHECK(orders.get("/orders?user_id=nobody").body["total"] == 0);
}

TEST_CASE("DeletedOrderIsGoneAndItsIdempotencyKeyFree") {
  const RunningBackend running;
  auto orders = running.client("orders");
  const Answer created = orders.post("/orders", order_of("usr_1"), key("k"));
  const std::string path = "/orders/" + created.body["id"].get<std::string>();
  CHECK(orders.del(path).status == 204);
  CHECK(orders.get(path).status == 404);
  CHECK(orders.del(path).status == 404);
  const Answer again = orders.post("/orders", order_of("usr_2"), key("k"));
  CHECK(again.status == 201);
  CHECK(again.body["id"] != created.body["id"]);
}

TEST_CASE("OrderWithPaymentsIsNotDeletedBeforeThem") {
  const RunningBackend running;
  auto orders = running.client("orders");
  auto payments = running.client("payments");
  const std::string id = create(orders);
  REQUIRE(move(orders, id, "place").status == 200);
  const Answer paid = payments.post("/payments", {{"order_id", id}, {"card_number", "4242424242424242"}});
  REQUIRE(paid.status == 201);
  const Answer refused = orders.del("/orders/" + id);
  CHECK(refused.status == 409);
  CHECK(refused.body["error"] == "order_has_payments");
  CHECK(orders.get("/orders/" + id).body["status"] == "paid");
  REQUIRE(payments.del("/payments/" + paid.body["id"].get<std::string>()).status == 204);
  CHECK(orders.del("/orders/" + id).status == 204);
}
