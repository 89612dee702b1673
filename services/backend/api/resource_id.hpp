// Ids as clients see them: a prefix that says what it is, and the row's number. `usr_17`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace demo {

[[nodiscard]] std::string format_id(std::string_view prefix, std::int64_t row);

/// The row of an id with that prefix, or nothing if `text` is none.
[[nodiscard]] std::optional<std::int64_t> parse_id(std::string_view prefix, std::string_view text);

/// The row of the id at `{id}` in the request's path. Throws HttpError 404 if it is none.
[[nodiscard]] std::int64_t path_id(const Request& request, std::string_view prefix);

/// 404 `not_found`.
[[nodiscard]] HttpError not_found();

}  // namespace demo
