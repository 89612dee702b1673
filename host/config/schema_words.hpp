#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// The longest time that a setting may name.
inline constexpr int64_t max_setting_ms = 7LL * 24 * 60 * 60 * 1000;
/// The unit of every time, as messages name it.
inline constexpr std::string_view milliseconds = "milliseconds";

/// What `mode` and `isolation_level` may be, in the order that messages list them in.
inline const std::vector<std::string> mode_names = {"service", "test"};
inline const std::vector<std::string> isolation_names = {"process", "service", "none"};

/// A boolean as settings are shown.
inline std::string truth(bool value) { return value ? "true" : "false"; }

}  // namespace e2e::host
