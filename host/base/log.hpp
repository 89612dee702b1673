#pragma once

#include <fmt/format.h>

#include <string_view>

namespace e2e::host {

/// The host's own log, for people who wonder what the host does: `--debug` sends it to stderr. Not for
/// results, which are events. Off until start_log(); then from any thread.
void start_log();
[[nodiscard]] bool is_logging() noexcept;
/// One line; control characters are made visible.
void write_log(std::string_view text);

template <typename... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  if (is_logging()) write_log(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace e2e::host
