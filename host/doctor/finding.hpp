#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// What a check came to.
enum class Health : uint8_t {
  ok,
  info,     ///< nobody can say whether that is as it should be: not looked at, or a taste
  warning,  ///< runs work, but not as well as they could
  failure,  ///< runs can't work
};
/// "ok", "info", "warn", "FAIL".
std::string_view to_string(Health health);

/// One thing that was looked at.
struct Finding {
  Health health = Health::ok;
  std::string check;    ///< "config", "service users", ...: what was looked at
  std::string text;     ///< what was seen, a line
  std::string way_out;  ///< how to mend it; empty where nothing has to be
};

using Findings = std::vector<Finding>;

/// A mebibyte, in bytes.
inline constexpr uint64_t mib = 1024 * 1024;

}  // namespace e2e::host
