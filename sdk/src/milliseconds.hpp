#pragma once

#include <string>

namespace e2e::detail {

/// "412 ms", "0.7 ms"
std::string milliseconds(double ms);

}  // namespace e2e::detail
