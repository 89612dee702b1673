#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "events/event.hpp"

namespace e2e::host {

/// Knows failures that one cause gives many tests of a service: a fixture that fails for each of them, a
/// service that can't be connected to. The console tells such a failure in full once. Not thread-safe.
class SameFailures {
 public:
  /// The test whose attempt was the first to fail in this way, if that was another's; remembers this one if
  /// none was. Never one for an attempt that crashed, left something behind, or wrote something: that is its
  /// own.
  std::optional<uint32_t> first_of(const TestInfo& test, const AttemptFinished& attempt);

 private:
  std::unordered_map<std::string, uint32_t> firsts_;  ///< by what failed
};

}  // namespace e2e::host
