#include "api/order_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/resource_id.hpp"
#include "http/json_response.hpp"

namespace demo {
namespace {

std::string status_of(Session& session, std::int64_t order_id) {
  auto query = session.query("SELECT status FROM orders WHERE id = ?1", order_id);
  if (!query.next()) throw not_found();
  return query.text(0);
}

}  // namespace

std::vector<std::string> next_order_states(std::string_view status) {
  if (status == "draft") return {"placed", "cancelled"};
  if (status == "placed") return {"paid", "cancelled"};
  if (status == "paid") return {"shipped", "cancelled"};
  return {};
}

void move_order(Session& session, std::int64_t order_id, std::string_view to, std::int64_t now_unix_ms) {
  const std::string from = status_of(session, order_id);
  const auto allowed = next_order_states(from);
  if (std::find(allowed.begin(), allowed.end(), to) == allowed.end()) {
    throw HttpError(
        json_response(409, {{"error", "invalid_transition"},
                            {"message", fmt::format("the order is {} and cannot become {}", from, to)},
                            {"from", from},
                            {"to", to},
                            {"allowed", allowed}}));
  }
  session.execute("UPDATE orders SET status = ?2, updated_unix_ms = ?3 WHERE id = ?1", order_id, to,
                  now_unix_ms);
}

}  // namespace demo
