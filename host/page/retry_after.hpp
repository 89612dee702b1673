#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace e2e::host {

/// How long a Retry-After header asks to wait, in milliseconds: a number of seconds, or until a date, from
/// `now_unix_ns` (RFC 9110, 10.2.3). 0 for a date that is past; nothing if it is neither. What is longer than
/// a week is a week. Throws as curl() does, where that was not called before.
[[nodiscard]] std::optional<int64_t> retry_after_ms(std::string_view value, int64_t now_unix_ns);

}  // namespace e2e::host
