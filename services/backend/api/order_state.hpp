// The states of an order, and the ways between them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "database/session.hpp"

namespace demo {

/// The states that an order may go to from `status`:
/// draft -> placed, cancelled; placed -> paid, cancelled; paid -> shipped, cancelled.
[[nodiscard]] std::vector<std::string> next_order_states(std::string_view status);

/// Moves an order to another state. In a write transaction. Throws HttpError: 404 if there is no such order,
/// 409 `invalid_transition`, with `from`, `to` and `allowed`, if it can't go there.
void move_order(Session& session, std::int64_t order_id, std::string_view to, std::int64_t now_unix_ms);

}  // namespace demo
