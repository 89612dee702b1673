#pragma once

#include <cstdio>
#include <string>

namespace e2e::host {

/// Writes the text, which ends its own lines, to standard output at once: what comes next may be another
/// program's.
inline void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace e2e::host
