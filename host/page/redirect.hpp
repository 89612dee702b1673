#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "page/transfer.hpp"

namespace e2e::host {

/// What comes after an answer that leads elsewhere (RFC 9110, 15.4).
struct Redirect {
  std::string url;
  std::string_view method;       ///< GET where a 303, or a 301 or 302 to a POST, turned it into one
  bool drops_body = false;       ///< and the headers about it
  bool is_other_origin = false;  ///< credentials of the first one stay there
  std::string problem;           ///< not empty: it can't be followed, for this reason
};

/// Nothing if the answer is no redirect: no 301, 302, 303, 307 or 308 with a Location.
[[nodiscard]] std::optional<Redirect> redirect_of(const Answer& answer, std::string_view method,
                                                  const std::string& url);

}  // namespace e2e::host
