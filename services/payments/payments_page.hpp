// What the tests of the payments service say to it.
#pragma once

#include <chrono>
#include <cstdint>
#include <e2e/e2e.hpp>
#include <string>
#include <thread>

inline constexpr const char* good_card = "4242424242424242";

struct Payment {
  std::string id;
  std::int64_t amount_cents;
};

/// The payments service, as its tests see it.
class PaymentsPage : public e2e::Page {
 public:
  using Page::Page;

  /// A payment without an order. It is deleted at the end of the test.
  Payment create_test_payment(std::int64_t amount_cents) {
    const auto response = pay(amount_cents, good_card);
    assert_status(response, 201);
    return {response.json("/id").as_string(), amount_cents};
  }

  /// Pays, and deletes the payment at the end of the test: the service keeps declined ones as well.
  e2e::Response pay(std::int64_t amount_cents, const std::string& card_number) {
    const auto response =
        post("/payments", e2e::json_body({{"amount_cents", amount_cents}, {"card_number", card_number}}));
    if (response.status() == 201) delete_at_the_end(response.json("/id").as_string());
    if (response.status() == 402) delete_at_the_end(response.json("/payment_id").as_string());
    return response;
  }

  /// Pays back a part.
  e2e::Response refund(const Payment& payment, std::int64_t amount_cents) {
    return post(path_of(payment) + "/refunds", e2e::json_body({{"amount_cents", amount_cents}}));
  }

  /// Pays back what is left.
  e2e::Response refund_rest(const Payment& payment) { return post(path_of(payment) + "/refunds"); }

  /// Asks once what a payment costs, whatever the answer.
  e2e::Response send_quote(const std::string& api_key, std::int64_t amount_cents) {
    return post("/payments/quote", e2e::json_body({{"amount_cents", amount_cents}}),
                e2e::header("X-Api-Key", api_key));
  }

  /// What a payment costs. Where the service says that it is asked too often, waits as long as it says, and
  /// asks again.
  e2e::Response quote(const std::string& api_key, std::int64_t amount_cents) {
    auto response = send_quote(api_key, amount_cents);
    for (int retries = 0; response.status() == 429 && retries < 3; ++retries) {
      std::this_thread::sleep_for(retry_after(response));
      response = send_quote(api_key, amount_cents);
    }
    return response;
  }

  /// How long a 429 asks its client to wait.
  static std::chrono::seconds retry_after(const e2e::Response& response,
                                          e2e::Location where = e2e::Location::here()) {
    const auto seconds = response.header("Retry-After");
    if (!seconds) e2e::fail("a " + std::to_string(response.status()) + " without Retry-After", where);
    return std::chrono::seconds(std::stoi(*seconds));
  }

  static std::string path_of(const Payment& payment) { return "/payments/" + payment.id; }

  /// The service said no to this field, and why.
  static void assert_rejected(const e2e::Response& response, const std::string& field,
                              e2e::Location where = e2e::Location::here()) {
    assert_status(response, 422, where);
    assert_json(response, "/error", "validation_failed", where);
    response.json("/fields/" + field, where);
  }

 private:
  void delete_at_the_end(const std::string& id) {
    // A test may have deleted it: what this answers does not matter.
    on_cleanup([this, id] { del("/payments/" + id); });
  }
};
