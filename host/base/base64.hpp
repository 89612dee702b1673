#pragma once

#include <string>
#include <string_view>

namespace e2e::host {

/// RFC 4648, section 4, with padding.
[[nodiscard]] std::string base64_of(std::string_view bytes);

}  // namespace e2e::host
