#include "api/payments.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "api/card.hpp"
#include "api/order_state.hpp"
#include "api/paging.hpp"
#include "api/rate_limiter.hpp"
#include "api/resource_id.hpp"
#include "http/json_body.hpp"
#include "http/json_response.hpp"

namespace demo {
namespace {

using nlohmann::json;

constexpr std::string_view payment_id_prefix = "pay";
constexpr std::int64_t max_amount_cents = 10'000'000'000'000;
constexpr RateLimit quote_limit{5, 1000};

#define PAYMENT_COLUMNS                                                                    \
  "p.id, p.order_id, p.status, p.decline_code, p.amount_cents, p.currency, p.card_last4, " \
  "p.created_unix_ms, "                                                                    \
  "(SELECT coalesce(sum(r.amount_cents), 0) FROM refunds r WHERE r.payment_id = p.id)"

// A payment that nothing, a part, or all of which was paid back.
std::string status_of(const std::string& stored, std::int64_t amount_cents, std::int64_t refunded_cents) {
  if (stored == "declined" || refunded_cents == 0) return stored;
  return refunded_cents == amount_cents ? "refunded" : "partially_refunded";
}

json read_row(const Query& row) {
  return {{"id", format_id(payment_id_prefix, row.integer(0))},
          {"order_id", row.is_null(1) ? json(nullptr) : json(format_id("ord", row.integer(1)))},
          {"status", status_of(row.text(2), row.integer(4), row.integer(8))},
          {"decline_code", row.is_null(3) ? json(nullptr) : json(row.text(3))},
          {"amount_cents", row.integer(4)},
          {"currency", row.text(5)},
          {"card_last4", row.text(6)},
          {"refunded_cents", row.integer(8)},
          {"created_at", iso8601(row.integer(7))}};
}

json find_payment(Session& session, std::int64_t id) {
  auto query = session.query("SELECT " PAYMENT_COLUMNS " FROM payments p WHERE p.id = ?1", id);
  if (!query.next()) throw not_found();
  return read_row(query);
}

// What is to be paid: an order, or an amount on its own.
struct Charge {
  std::optional<std::int64_t> order_id;
  std::int64_t amount_cents = 0;
  std::string currency = "EUR";
  std::string card_number;
};

Charge read_charge(const Request& request) {
  JsonBody body(request.body, {"order_id", "amount_cents", "currency", "card_number"});
  Charge charge;
  charge.card_number = body.text("card_number", 12, 19);
  if (!is_card_number(charge.card_number)) body.reject("card_number", "is not a card number");
  if (body.has("order_id")) {
    charge.order_id = parse_id("ord", body.text("order_id", 1, 64));
    if (!charge.order_id) body.reject("order_id", "is not the id of an order");
    for (const auto* field : {"amount_cents", "currency"}) {
      if (body.has(field)) body.reject(field, "comes from the order");
    }
  } else {
    charge.amount_cents = body.integer("amount_cents", 1, max_amount_cents);
    charge.currency = body.optional_text("currency", 3, 3).value_or("EUR");
  }
  body.check();
  return charge;
}

// Takes amount and currency from the order, which must be waiting for its payment.
void read_order(Session& session, Charge& charge) {
  auto query =
      session.query("SELECT status, total_cents, currency FROM orders WHERE id = ?1", *charge.order_id);
  if (!query.next()) throw validation_error("order_id", "there is no such order");
  if (query.text(0) != "placed") {
    throw HttpError(
        error_response(409, "order_not_payable",
                       fmt::format("the order is {}; only a placed one can be paid", query.text(0))));
  }
  charge.amount_cents = query.integer(1);
  charge.currency = query.text(2);
}

std::int64_t insert_payment(Session& session, const Charge& charge, std::optional<std::string_view> declined,
                            std::int64_t now_unix_ms) {
  session.execute(
      "INSERT INTO payments (order_id, status, decline_code, amount_cents, currency, card_last4, "
      "created_unix_ms) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      charge.order_id, declined ? "declined" : "succeeded", declined, charge.amount_cents, charge.currency,
      charge.card_number.substr(charge.card_number.size() - 4), now_unix_ms);
  return session.last_insert_id();
}

class PaymentsService {
 public:
  explicit PaymentsService(const ServiceContext& context)
      : database_(context.database),
        clock_(context.clock),
        quotes_(std::make_shared<RateLimiter>(quote_limit, context.clock)) {}

  [[nodiscard]] Response pay(const Request& request) const {
    Charge charge = read_charge(request);
    const auto declined = decline_code(charge.card_number);
    return database_.write([&](Session& session) {
      if (charge.order_id) read_order(session, charge);
      const std::int64_t now = clock_();
      const std::int64_t id = insert_payment(session, charge, declined, now);
      // Returned, not thrown: a payment that was declined is kept.
      if (declined) {
        return json_response(402, {{"error", "card_declined"},
                                   {"message", "the bank declined the card"},
                                   {"decline_code", *declined},
                                   {"payment_id", format_id(payment_id_prefix, id)}});
      }
      if (charge.order_id) move_order(session, *charge.order_id, "paid", now);
      return json_response(201, find_payment(session, id))
          .with_header("Location", "/payments/" + format_id(payment_id_prefix, id));
    });
  }

  [[nodiscard]] Response read(const Request& request) const {
    const std::int64_t id = path_id(request, payment_id_prefix);
    return database_.read([&](Session& session) { return json_response(200, find_payment(session, id)); });
  }

  [[nodiscard]] Response list(const Request& request) const {
    const Paging paging = paging_of(request);
    std::optional<std::int64_t> order_id;
    if (const auto text = request.query_value("order_id")) {
      order_id = parse_id("ord", *text);
      if (!order_id) throw validation_error("order_id", "is not the id of an order");
    }
    const std::string where =
        order_id ? " FROM payments p WHERE p.order_id = ?1" : " FROM payments p WHERE ?1 IS NULL";
    return database_.read([&](Session& session) {
      auto count = session.query("SELECT count(*)" + where, order_id);
      count.next();
      auto rows = session.query("SELECT " PAYMENT_COLUMNS + where + " ORDER BY p.id LIMIT ?2 OFFSET ?3",
                                order_id, paging.limit, paging.offset());
      json items = json::array();
      while (rows.next()) items.push_back(read_row(rows));
      return page_response(request, paging, count.integer(0), std::move(items));
    });
  }

  [[nodiscard]] Response refund(const Request& request) const {
    const std::int64_t id = path_id(request, payment_id_prefix);
    std::optional<std::int64_t> amount_cents;
    if (!request.body.empty()) {
      JsonBody body(request.body, {"amount_cents"});
      amount_cents = body.optional_integer("amount_cents", 1, max_amount_cents);
      body.check();
    }
    return database_.write([&](Session& session) {
      const json payment = find_payment(session, id);
      const std::int64_t left =
          payment["amount_cents"].get<std::int64_t>() - payment["refunded_cents"].get<std::int64_t>();
      if (payment["status"] == "declined" || left == 0) {
        return error_response(409, "not_refundable", "there is nothing left to pay back");
      }
      const std::int64_t amount = amount_cents.value_or(left);
      if (amount > left) {
        return error_response(409, "refund_exceeds_payment",
                              fmt::format("only {} cents are left to pay back", left));
      }
      session.execute("INSERT INTO refunds (payment_id, amount_cents, created_unix_ms) VALUES (?1, ?2, ?3)",
                      id, amount, clock_());
      return json_response(201, {{"id", format_id("ref", session.last_insert_id())},
                                 {"amount_cents", amount},
                                 {"payment", find_payment(session, id)}});
    });
  }

  // With its refunds. The order stays as it is.
  [[nodiscard]] Response remove(const Request& request) const {
    const std::int64_t id = path_id(request, payment_id_prefix);
    return database_.write([&](Session& session) {
      session.execute("DELETE FROM refunds WHERE payment_id = ?1", id);
      session.execute("DELETE FROM payments WHERE id = ?1", id);
      if (session.changed_rows() == 0) throw not_found();
      return no_content();
    });
  }

  [[nodiscard]] Response quote(const Request& request) const {
    const std::string key = request.header("X-Api-Key").value_or("");
    if (key.empty()) return error_response(401, "missing_api_key", "send X-Api-Key");
    const RateDecision decision = quotes_->call(key);
    const auto limited = [&](Response response) {
      return std::move(response)
          .with_header("X-RateLimit-Limit", std::to_string(quote_limit.burst))
          .with_header("X-RateLimit-Remaining", std::to_string(decision.remaining));
    };
    if (!decision.is_allowed) {
      return limited(error_response(429, "rate_limited", "too many quotes for this key"))
          .with_header("Retry-After", std::to_string((decision.retry_after_ms + 999) / 1000));
    }
    JsonBody body(request.body, {"amount_cents"});
    const std::int64_t amount = body.integer("amount_cents", 1, max_amount_cents);
    body.check();
    const std::int64_t fee = 25 + amount * 14 / 1000;
    return limited(
        json_response(200, {{"amount_cents", amount}, {"fee_cents", fee}, {"total_cents", amount + fee}}));
  }

 private:
  Database& database_;
  Clock clock_;
  std::shared_ptr<RateLimiter> quotes_;
};

}  // namespace

void add_payments_routes(Router& router, const ServiceContext& context) {
  const PaymentsService service(context);
  add_health_route(router, context);
  router.add("POST", "/payments", [=](const Request& request) { return service.pay(request); });
  router.add("GET", "/payments", [=](const Request& request) { return service.list(request); });
  router.add("POST", "/payments/quote", [=](const Request& request) { return service.quote(request); });
  router.add("GET", "/payments/{id}", [=](const Request& request) { return service.read(request); });
  router.add("DELETE", "/payments/{id}", [=](const Request& request) { return service.remove(request); });
  router.add("POST", "/payments/{id}/refunds",
             [=](const Request& request) { return service.refund(request); });
}

}  // namespace demo
