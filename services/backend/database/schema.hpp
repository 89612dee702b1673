// The tables of the four services.
#pragma once

#include <string>

namespace demo {

/// Kept in the file as `user_version`. Grows with every change of the tables.
inline constexpr int schema_version = 1;

/// Makes the tables in an empty file and sets its version.
[[nodiscard]] std::string schema_sql();

}  // namespace demo
