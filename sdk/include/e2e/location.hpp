#pragma once

namespace e2e {

/// A place in a source file. As a defaulted parameter (`Location where = Location::here()`) it is the
/// caller's. `file` has static storage duration. (std::source_location does not work with clang 14.)
struct Location {
  const char* file = "";
  unsigned line = 0;  ///< 1-based; 0: unknown.

  static constexpr Location here(const char* file = __builtin_FILE(),
                                 unsigned line = __builtin_LINE()) noexcept {
    Location where;
    where.file = file;
    where.line = line;
    return where;
  }
};

}  // namespace e2e
