#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/request_options.hpp"
#include "page/incoming.hpp"

namespace e2e::host {

/// A limit that a transfer ran into.
struct TransferLimit {
  enum class Of { whole, attempt, connect, first_byte, idle };

  Of of = Of::whole;
  int64_t ms = 0;
};

/// When a transfer is too late, as a whole or in its phase.
class TransferDeadlines {
 public:
  /// `whole` is of the request or of the attempt.
  TransferDeadlines(TransferLimit whole, const PhaseLimits& phases) : whole_(whole), phases_(phases) {}

  /// The one that ends first from where the transfer is now, and how long that is, in nanoseconds; 0 or less:
  /// it has ended.
  struct Next {
    TransferLimit limit;
    int64_t left_ns = 0;
  };
  [[nodiscard]] Next next(CURL* easy, const Incoming& incoming, bool has_body, int64_t now_ns) const noexcept;

 private:
  TransferLimit whole_;
  const PhaseLimits& phases_;
};

/// What running into a limit means for a retry.
[[nodiscard]] TryResult::Kind kind_of(const TransferLimit& limit) noexcept;

/// The sentence for the test's author.
[[nodiscard]] std::string timeout_sentence(const TransferLimit& limit, const TransferProgress& progress);

}  // namespace e2e::host
