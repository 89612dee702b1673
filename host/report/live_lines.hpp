#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "events/reporter.hpp"

namespace e2e::host {

/// Makes lines of what tests write as they run, each with the test's id before it: `users::01_a::b | text`,
/// and
/// `!` in place of `|` for stderr. A line that has no end yet is held back until it has one, its test ends,
/// half a second has passed, or 8 KiB are reached. No control character but newline and tab comes out.
class LiveLines {
 public:
  static constexpr int64_t patience_ns = 500'000'000;
  static constexpr size_t longest_line = 8 * 1024;

  /// The lines that are whole now, each with its newline. `id`: of the test that wrote it, empty: none's.
  std::string take(const LiveOutput& output, std::string_view id, int64_t time_ns);
  /// What is held back of a slot.
  std::string end_attempt(uint32_t slot);
  /// What is held back for too long.
  std::string tick(int64_t time_ns);

 private:
  struct Held {
    std::string prefix, bytes;
    int64_t since_ns = 0;
  };
  static std::string line(const std::string& prefix, std::string_view bytes);
  static std::string release(Held& held);

  std::map<std::pair<uint32_t, bool>, Held> held_;  ///< by slot and stream
};

}  // namespace e2e::host
