#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "page/exchange.hpp"

namespace e2e::host {

/// How far a transfer has come.
struct TransferProgress {
  enum class Phase { resolving, connecting, tls_handshake, sending, waiting, receiving };

  Phase phase = Phase::resolving;
  int64_t sent_body_bytes = 0;
  int64_t request_body_bytes = 0;  ///< -1: not known
  int64_t received_body_bytes = 0;
  int64_t expected_body_bytes = -1;  ///< as the answer announced it; -1: not known
};

/// What libcurl does not tell about a transfer, or not reliably. Times are since its start.
struct ObservedTransfer {
  bool is_socket_connected =
      false;                  ///< when it was broken off; CURLINFO_CONNECT_TIME is 0 during the TLS handshake
  int64_t sent_ns = 0;        ///< all of its body was seen to be sent; 0: it was not
  int64_t first_byte_ns = 0;  ///< of the answer; 0: none came. CURLINFO_STARTTRANSFER_TIME counts uploads too
};

/// Reads it from a handle that has been used since its last reset.
[[nodiscard]] TransferProgress progress_of(CURL* easy, const ObservedTransfer& observed,
                                           int64_t request_body_bytes, uint64_t received_body_bytes) noexcept;

/// "connected, request sent, waiting for the first byte"
[[nodiscard]] std::string describe(const TransferProgress& progress);

/// The phases of a transfer that took `total_ns`. One that was under way when it ended has the rest of the
/// time.
[[nodiscard]] Timings timings_of(CURL* easy, const ObservedTransfer& observed, bool has_body,
                                 int64_t total_ns) noexcept;

}  // namespace e2e::host
