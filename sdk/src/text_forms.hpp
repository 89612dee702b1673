#pragma once

#include <string_view>

namespace e2e::detail {

/// http or https, with a host, and no blank in it.
bool is_http_url(std::string_view text);

}  // namespace e2e::detail
