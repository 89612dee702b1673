#pragma once

#include <string>
#include <string_view>

namespace e2e::detail {

/// A member's name as a step of a JSON pointer: "a/b" -> "/a~1b".
std::string pointer_token(std::string_view key);

}  // namespace e2e::detail
