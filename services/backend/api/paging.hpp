// Lists in pages: `?page=2&limit=50`.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "http/message.hpp"

namespace demo {

/// Which part of a list was asked for.
struct Paging {
  std::int64_t page = 1;    ///< From 1.
  std::int64_t limit = 20;  ///< Items a page, 1 to 100.

  [[nodiscard]] std::int64_t offset() const { return (page - 1) * limit; }
};

/// Reads `page` and `limit`. Throws HttpError 422 if they are no numbers in range.
[[nodiscard]] Paging paging_of(const Request& request);

/// `{"items", "page", "limit", "total", "pages", "next"}` and a Link header (RFC 8288) with `first`, `prev`,
/// `next` and `last` as far as there are such pages. `next` is null on the last page. The links keep the
/// other query parameters.
[[nodiscard]] Response page_response(const Request& request, const Paging& paging, std::int64_t total,
                                     nlohmann::json items);

}  // namespace demo
