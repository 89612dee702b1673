#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/request_options.hpp"

namespace e2e::host {

/// How a try of a request went, as far as a retry depends on it.
struct TryResult {
  enum class Kind { answered, no_connection, timed_out, broken, other };

  Kind kind = Kind::answered;
  int status = 0;                              ///< if answered
  std::optional<int64_t> retry_after_ms = {};  ///< if the answer said so
};

/// Decides when a request is tried again. Knows no clock and no chance: pure.
class RetryPlan {
 public:
  /// `options` outlives it.
  RetryPlan(const RetryOptions& options, std::string_view method);

  /// After a try. Nothing: that was the last one. Otherwise the bounds of the pause before the next: chosen
  /// evenly between them (full jitter), or exactly Retry-After.
  struct Pause {
    int64_t least_ms = 0, most_ms = 0;
  };
  [[nodiscard]] std::optional<Pause> after(const TryResult& result);

  /// How many pauses it has answered.
  [[nodiscard]] uint32_t retries() const noexcept { return retries_; }

 private:
  [[nodiscard]] bool is_reason(const TryResult& result) const;

  const RetryOptions& options_;
  const bool may_repeat_;
  uint32_t retries_ = 0;
};

/// True for the methods of RFC 9110, 9.2.2, that may be repeated without harm.
[[nodiscard]] bool is_idempotent(std::string_view method) noexcept;

}  // namespace e2e::host
