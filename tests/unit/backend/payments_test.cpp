#include <atomic>
#include <e2e_catch.hpp>
#include <thread>
#include <vector>

#include "running_backend.hpp"

using demo::test::Answer;
using demo::test::RunningBackend;
using demo::test::ServiceClient;
using nlohmann::json;

namespace {

constexpr const char* good_card = "4242424242424242";

std::string placed_order(const RunningBackend& running) {
  auto orders = running.client("orders");
  const Answer created = orders.post(
      "/orders",
      {{"user_id", "usr_1"}, {"items", {{{"sku", "tea"}, {"quantity", 2}, {"unit_price_cents", 450}}}}});
  REQUIRE(created.status == 201);
  const std::string id = created.body["id"];
  REQUIRE(orders.post_text("/orders/" + id + "/place", "").status == 200);
  return id;
}

std::string order_status(const RunningBackend& running, const std::string& id) {
  return running.client("orders").get("/orders/" + id).body["status"];
}

Answer pay_order(ServiceClient& payments, const std::string& order_id, const std::string& card = good_card) {
  return payments.post("/payments", {{"order_id", order_id}, {"card_number", card}});
}

std::string charge(ServiceClient& payments, int amount_cents) {
  const Answer paid =
      payments.post("/payments", {{"amount_cents", amount_cents}, {"card_number", good_card}});
  REQUIRE(paid.status == 201);
  return paid.body["id"];
}

httplib::Headers api_key(const std::string& key) { return {{"X-Api-Key", key}}; }

}  // namespace

TEST_CASE("PayingAnOrderMakesItPaid") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const std::string order_id = placed_order(running);
  const Answer paid = pay_order(payments, order_id);
  REQUIRE(paid.status == 201);
  CHECK(paid.header("Location") == "/payments/pay_1");
  CHECK(paid.body == json{{"id", "pay_1"},
                          {"order_id", order_id},
                          {"status", "succeeded"},
                          {"decline_code", nullptr},
                          {"amount_cents", 900},
                          {"currency", "EUR"},
                          {"card_last4", "4242"},
                          {"refunded_cents", 0},
                          {"created_at", "2024-05-01T12:30:00.250Z"}});
  CHECK(order_status(running, order_id) == "paid");
  CHECK(payments.get("/payments/pay_1").body == paid.body);
  CHECK(payments.get("/payments/pay_2").status == 404);
}

TEST_CASE("OrderIsPaidOnce") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const std::string order_id = placed_order(running);
  REQUIRE(pay_order(payments, order_id).status == 201);
  const Answer again = pay_order(payments, order_id);
  CHECK(again.status == 409);
  CHECK(again.body["error"] == "order_not_payable");
}

TEST_CASE("ConcurrentPaymentsOfOneOrderChargeOnce") {
  const RunningBackend running;
  const std::string order_id = placed_order(running);
  std::atomic<int> paid = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      auto payments = running.client("payments");
      if (pay_order(payments, order_id).status == 201) ++paid;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(paid == 1);
  CHECK(running.client("payments").get("/payments?order_id=" + order_id).body["total"] == 1);
}

TEST_CASE("DeclinedCardsLeaveTheOrderPayable") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const std::string order_id = placed_order(running);
  const std::vector<std::pair<std::string, std::string>> cards = {{"4000000000000002", "generic_decline"},
                                                                  {"4000000000009995", "insufficient_funds"},
                                                                  {"4000000000000069", "expired_card"}};
  for (const auto& [number, code] : cards) {
    const Answer declined = pay_order(payments, order_id, number);
    CHECK(declined.status == 402);
    CHECK(declined.body["error"] == "card_declined");
    CHECK(declined.body["decline_code"] == code);
    const Answer kept = payments.get("/payments/" + declined.body["payment_id"].get<std::string>());
    CHECK(kept.body["status"] == "declined");
    CHECK(kept.body["decline_code"] == code);
  }
  CHECK(order_status(running, order_id) == "placed");
  CHECK(pay_order(payments, order_id).status == 201);
  CHECK(payments.get("/payments?order_id=" + order_id).body["total"] == 4);
}

TEST_CASE("DraftAndUnknownOrdersCannotBePaid") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const Answer created = running.client("orders").post(
      "/orders",
      {{"user_id", "usr_1"}, {"items", {{{"sku", "tea"}, {"quantity", 1}, {"unit_price_cents", 1}}}}});
  CHECK(pay_order(payments, created.body["id"]).status == 409);
  CHECK(pay_order(payments, "ord_999").body["fields"] == json{{"order_id", "there is no such order"}});
  CHECK(pay_order(payments, "usr_1").body["fields"] == json{{"order_id", "is not the id of an order"}});
}

TEST_CASE("AmountCanBeChargedWithoutAnOrder") {
  const RunningBackend running;
  const Answer paid =
      running.client("payments")
          .post("/payments", {{"amount_cents", 1234}, {"currency", "USD"}, {"card_number", good_card}});
  REQUIRE(paid.status == 201);
  CHECK(paid.body["order_id"].is_null());
  CHECK(paid.body["amount_cents"] == 1234);
  CHECK(paid.body["currency"] == "USD");
}

TEST_CASE("InvalidPaymentNamesEveryFieldThatIsWrong") {
  const RunningBackend running;
  auto payments = running.client("payments");
  CHECK(
      payments.post("/payments", {{"amount_cents", 0}, {"card_number", "4242424242424241"}}).body["fields"] ==
      json{{"amount_cents", "must be between 1 and 10000000000000"},
           {"card_number", "is not a card number"}});
  CHECK(payments.post("/payments", {{"amount_cents", 5}, {"order_id", "ord_1"}, {"card_number", good_card}})
            .body["fields"] == json{{"amount_cents", "comes from the order"}});
}

TEST_CASE("RefundWithoutAmountPaysAllBack") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const std::string id = charge(payments, 1000);
  const Answer refund = payments.post_text("/payments/" + id + "/refunds", "");
  REQUIRE(refund.status == 201);
  CHECK(refund.body["id"] == "ref_1");
  CHECK(refund.body["amount_cents"] == 1000);
  CHECK(refund.body["payment"]["status"] == "refunded");
  CHECK(refund.body["payment"] == payments.get("/payments/" + id).body);
  const Answer again = payments.post_text("/payments/" + id + "/refunds", "");
  CHECK(again.status == 409);
  CHECK(again.body["error"] == "not_refundable");
}

TEST_CASE("RefundsNeverExceedThePayment") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const std::string target = "/payments/" + charge(payments, 1000) + "/refunds";
  CHECK(payments.post(target, {{"amount_cents", 400}}).body["payment"]["status"] == "partially_refunded");
  const Answer too_much = payments.post(target, {{"amount_cents", 601}});
  CHECK(too_much.status == 409);
  CHECK(too_much.body["error"] == "refund_exceeds_payment");
  const Answer rest = payments.post(target, {{"amount_cents", 600}});
  CHECK(rest.body["payment"]["refunded_cents"] == 1000);
  CHECK(rest.body["payment"]["status"] == "refunded");
  CHECK(payments.post(target, {{"amount_cents", 0}}).status == 422);
  CHECK(payments.post_text("/payments/pay_99/refunds", "").status == 404);
}

TEST_CASE("DeclinedPaymentCannotBeRefunded") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const Answer declined =
      payments.post("/payments", {{"amount_cents", 100}, {"card_number", "4000000000000002"}});
  REQUIRE(declined.status == 402);
  const std::string id = declined.body["payment_id"];
  CHECK(payments.post_text("/payments/" + id + "/refunds", "").body["error"] == "not_refundable");
}

TEST_CASE("QuoteNeedsAnApiKey") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const Answer without = payments.post("/payments/quote", {{"amount_cents", 1000}});
  CHECK(without.status == 401);
  CHECK(without.body["error"] == "missing_api_key");
  CHECK(payments.get("/payments/quote").status == 405);
}

TEST_CASE("QuotesAreLimitedForEachKeyAndRefilled") {
  RunningBackend running;
  auto payments = running.client("payments");
  const json body = {{"amount_cents", 1000}};
  for (int left = 4; left >= 0; --left) {
    const Answer quote = payments.post("/payments/quote", body, api_key("a"));
    REQUIRE(quote.status == 200);
    CHECK(quote.body == json{{"amount_cents", 1000}, {"fee_cents", 39}, {"total_cents", 1039}});
    CHECK(quote.header("X-RateLimit-Limit") == "5");
    CHECK(quote.header("X-RateLimit-Remaining") == std::to_string(left));
  }
  const Answer limited = payments.post("/payments/quote", body, api_key("a"));
  CHECK(limited.status == 429);
  CHECK(limited.body["error"] == "rate_limited");
  CHECK(limited.header("Retry-After") == "1");
  CHECK(payments.post("/payments/quote", body, api_key("b")).status == 200);
  running.advance_clock(999);
  CHECK(payments.post("/payments/quote", body, api_key("a")).status == 429);
  running.advance_clock(1);
  CHECK(payments.post("/payments/quote", body, api_key("a")).status == 200);
  CHECK(payments.post("/payments/quote", body, api_key("a")).status == 429);
}

TEST_CASE("DeletedPaymentIsGoneWithItsRefunds") {
  const RunningBackend running;
  auto payments = running.client("payments");
  const std::string path = "/payments/" + charge(payments, 500);
  REQUIRE(payments.post(path + "/refunds", {{"amount_cents", 200}}).status == 201);
  CHECK(payments.del(path).status == 204);
  CHECK(payments.get(path).status == 404);
  CHECK(payments.del(path).status == 404);
  CHECK(payments.get("/payments").body["total"] == 0);
}
