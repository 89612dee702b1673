#pragma once

#include <string>

namespace e2e::detail {

/// "404 Not Found"; a status that has no registered name is only its number.
std::string status_text(int status);

}  // namespace e2e::detail
