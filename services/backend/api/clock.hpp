// The time that services see.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace demo {

/// Milliseconds since the Unix epoch. Tests bring their own; called from any thread.
using Clock = std::function<std::int64_t()>;

/// The machine's time.
[[nodiscard]] Clock system_clock();

/// `2024-05-01T12:30:00.250Z`.
[[nodiscard]] std::string iso8601(std::int64_t unix_ms);

}  // namespace demo
