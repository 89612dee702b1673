#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace e2e::host {

/// A duration as people say it: `0.4 ms`, `950 ms`, `1.2 s`, `2 m 05 s`, `1 h 02 m`. Rounded to what is
/// shown; a negative one counts as 0.
std::string duration_text(int64_t duration_ns);

/// A size as people say it: `950 B`, `1.2 KiB`, `16.0 MiB`.
std::string size_text(uint64_t bytes);

/// `1 test`, `2 tests`. `singular` is a word whose plural ends in s.
std::string count_text(uint64_t count, std::string_view singular);

}  // namespace e2e::host
