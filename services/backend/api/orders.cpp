#include "api/orders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "api/order_state.hpp"
#include "api/paging.hpp"
#include "api/resource_id.hpp"
#include "http/json_body.hpp"
#include "http/json_response.hpp"

namespace demo {
namespace {

using nlohmann::json;

constexpr std::string_view order_id_prefix = "ord";
constexpr std::size_t max_idempotency_key_bytes = 255;

struct Item {
  std::string sku;
  std::int64_t quantity = 0;
  std::int64_t unit_price_cents = 0;
};

struct NewOrder {
  std::string user_id;
  std::string currency;
  std::vector<Item> items;

  [[nodiscard]] std::int64_t total_cents() const {
    std::int64_t total = 0;
    for (const Item& item : items) total += item.quantity * item.unit_price_cents;
    return total;
  }
};

NewOrder read_new_order(JsonBody& body) {
  NewOrder order;
  order.user_id = body.text("user_id", 1, 64);
  order.currency = body.optional_text("currency", 3, 3).value_or("EUR");
  static constexpr std::array<std::string_view, 3> currencies = {"EUR", "GBP", "USD"};
  if (std::find(currencies.begin(), currencies.end(), order.currency) == currencies.end()) {
    body.reject("currency", "must be EUR, GBP or USD");
  }
  for (const json& element : body.array("items", 1, 100)) {
    JsonBody item(body, element, fmt::format("items.{}", order.items.size()),
                  {"sku", "quantity", "unit_price_cents"});
    Item read;
    read.sku = item.text("sku", 1, 64);
    read.quantity = item.integer("quantity", 1, 1000);
    read.unit_price_cents = item.integer("unit_price_cents", 0, 100'000'000);
    order.items.push_back(std::move(read));
  }
  body.check();
  return order;
}

#define ORDER_COLUMNS "id, user_id, status, currency, total_cents, created_unix_ms, updated_unix_ms"

json items_of(Session& session, std::int64_t order_id) {
  auto rows = session.query(
      "SELECT sku, quantity, unit_price_cents FROM order_items WHERE order_id = ?1 ORDER BY position",
      order_id);
  json items = json::array();
  while (rows.next()) {
    items.push_back(
        {{"sku", rows.text(0)}, {"quantity", rows.integer(1)}, {"unit_price_cents", rows.integer(2)}});
  }
  return items;
}

json read_row(Session& session, const Query& row) {
  return {{"id", format_id(order_id_prefix, row.integer(0))},
          {"user_id", row.text(1)},
          {"status", row.text(2)},
          {"currency", row.text(3)},
          {"total_cents", row.integer(4)},
          {"items", items_of(session, row.integer(0))},
          {"created_at", iso8601(row.integer(5))},
          {"updated_at", iso8601(row.integer(6))}};
}

json find_order(Session& session, std::int64_t id) {
  auto query = session.query("SELECT " ORDER_COLUMNS " FROM orders WHERE id = ?1", id);
  if (!query.next()) throw not_found();
  return read_row(session, query);
}

std::int64_t insert_order(Session& session, const NewOrder& order, std::int64_t now_unix_ms) {
  session.execute(
      "INSERT INTO orders (user_id, status, currency, total_cents, created_unix_ms, updated_unix_ms) "
      "VALUES (?1, 'draft', ?2, ?3, ?4, ?4)",
      order.user_id, order.currency, order.total_cents(), now_unix_ms);
  const std::int64_t id = session.last_insert_id();
  std::int64_t position = 0;
  for (const Item& item : order.items) {
    session.execute(
        "INSERT INTO order_items (order_id, position, sku, quantity, unit_price_cents) VALUES (?1, ?2, ?3, "
        "?4, ?5)",
        id, position++, item.sku, item.quantity, item.unit_price_cents);
  }
  return id;
}

// Answers a request whose key was used before; nothing if it was not.
std::optional<Response> replay(Session& session, const std::string& key,
                               const std::string& canonical_request) {
  auto query = session.query("SELECT request, order_id FROM idempotency_keys WHERE key = ?1", key);
  if (!query.next()) return std::nullopt;
  if (query.text(0) != canonical_request) {
    return error_response(409, "idempotency_key_reused", "this key was used with another body");
  }
  return json_response(200, find_order(session, query.integer(1)))
      .with_header("Idempotency-Replayed", "true");
}

class OrdersService {
 public:
  explicit OrdersService(const ServiceContext& context)
      : database_(context.database), clock_(context.clock) {}

  [[nodiscard]] Response create(const Request& request) const {
    const auto key = request.header("Idempotency-Key");
    if (key && (key->empty() || key->size() > max_idempotency_key_bytes)) {
      throw validation_error("Idempotency-Key",
                             fmt::format("must have 1 to {} bytes", max_idempotency_key_bytes));
    }
    JsonBody body(request.body, {"user_id", "currency", "items"});
    const NewOrder order = read_new_order(body);
    // Members are sorted by name, so spacing and their order make no difference.
    const std::string canonical_request = body.object().dump();
    return database_.write([&](Session& session) {
      if (key) {
        if (auto response = replay(session, *key, canonical_request)) return std::move(*response);
      }
      const std::int64_t id = insert_order(session, order, clock_());
      if (key) {
        session.execute("INSERT INTO idempotency_keys (key, request, order_id) VALUES (?1, ?2, ?3)", *key,
                        canonical_request, id);
      }
      return json_response(201, find_order(session, id))
          .with_header("Location", "/orders/" + format_id(order_id_prefix, id));
    });
  }

  [[nodiscard]] Response read(const Request& request) const {
    const std::int64_t id = path_id(request, order_id_prefix);
    return database_.read([&](Session& session) { return json_response(200, find_order(session, id)); });
  }

  [[nodiscard]] Response list(const Request& request) const {
    const Paging paging = paging_of(request);
    const auto user_id = request.query_value("user_id");
    const auto status = request.query_value("status");
    const std::string where =
        fmt::format(" FROM orders WHERE {} AND {}", user_id ? "user_id = ?1" : "?1 IS NULL",
                    status ? "status = ?2" : "?2 IS NULL");
    return database_.read([&](Session& session) {
      auto count = session.query("SELECT count(*)" + where, user_id, status);
      count.next();
      auto rows = session.query("SELECT " ORDER_COLUMNS + where + " ORDER BY id LIMIT ?3 OFFSET ?4", user_id,
                                status, paging.limit, paging.offset());
      json items = json::array();
      while (rows.next()) items.push_back(read_row(session, rows));
      return page_response(request, paging, count.integer(0), std::move(items));
    });
  }

  [[nodiscard]] Response move(const Request& request, std::string_view to) const {
    const std::int64_t id = path_id(request, order_id_prefix);
    return database_.write([&](Session& session) {
      move_order(session, id, to, clock_());
      return json_response(200, find_order(session, id));
    });
  }

  // Whatever its state. Its idempotency key is free again.
  [[nodiscard]] Response remove(const Request& request) const {
    const std::int64_t id = path_id(request, order_id_prefix);
    return database_.write([&](Session& session) {
      if (session.query("SELECT 1 FROM payments WHERE order_id = ?1", id).next()) {
        return error_response(409, "order_has_payments", "delete the order's payments first");
      }
      session.execute("DELETE FROM orders WHERE id = ?1", id);
      if (session.changed_rows() == 0) throw not_found();
      return no_content();
    });
  }

 private:
  Database& database_;
  Clock clock_;
};

}  // namespace

void add_orders_routes(Router& router, const ServiceContext& context) {
  const OrdersService service(context);
  add_health_route(router, context);
  router.add("POST", "/orders", [=](const Request& request) { return service.create(request); });
  router.add("GET", "/orders", [=](const Request& request) { return service.list(request); });
  router.add("GET", "/orders/{id}", [=](const Request& request) { return service.read(request); });
  router.add("DELETE", "/orders/{id}", [=](const Request& request) { return service.remove(request); });
  router.add("POST", "/orders/{id}/place",
             [=](const Request& request) { return service.move(request, "placed"); });
  router.add("POST", "/orders/{id}/pay",
             [=](const Request& request) { return service.move(request, "paid"); });
  router.add("POST", "/orders/{id}/ship",
             [=](const Request& request) { return service.move(request, "shipped"); });
  router.add("POST", "/orders/{id}/cancel",
             [=](const Request& request) { return service.move(request, "cancelled"); });
}

}  // namespace demo
