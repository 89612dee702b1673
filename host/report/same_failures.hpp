#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "events/event.hpp"

namespace e2e::host {

/// Knows failures that one cause gives many tests of a service: a fixture that fails for each of them, a
/// service that can't be connected to; and those that a retry meets again. The console tells such a failure
/// in full once. Not thread-safe.
class SameFailures {
 public:
  /// The test whose attempt was the first to fail in this way, if that was another's; remembers this one if
  /// none was. Never one for an attempt that crashed, left something behind, or wrote something: that is its
  /// own.
  std::optional<uint32_t> first_of(const TestInfo& test, const AttemptFinished& attempt);

  /// The earlier attempt of the same test that failed in the same way, in all that is told but times and
  /// exchanges; else this one is remembered, if the test has another.
  std::optional<uint32_t> earlier_attempt(const TestInfo& test, const AttemptFinished& attempt);

 private:
  struct Earlier {
    uint32_t attempt = 0;
    size_t hash = 0;  ///< of how it failed
  };
  std::unordered_map<uint32_t, Earlier> attempts_;    ///< by test; those that are tried again
  std::unordered_map<std::string, uint32_t> firsts_;  ///< by what failed
};

}  // namespace e2e::host
