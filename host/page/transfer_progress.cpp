#include "page/transfer_progress.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "page/curl_library.hpp"

namespace e2e::host {

namespace {

int64_t information(CURL* easy, CURLINFO which) noexcept {
  curl_off_t value = 0;
  curl().easy_getinfo(easy, which, &value);
  return value;
}

int64_t since_start_ns(CURL* easy, CURLINFO which) noexcept { return information(easy, which) * 1000; }

}  // namespace

TransferProgress progress_of(CURL* easy, const ObservedTransfer& observed, int64_t request_body_bytes,
                             uint64_t received_body_bytes) noexcept {
  using Phase = TransferProgress::Phase;
  TransferProgress progress;
  progress.sent_body_bytes = information(easy, CURLINFO_SIZE_UPLOAD_T);
  progress.request_body_bytes = request_body_bytes;
  progress.received_body_bytes = static_cast<int64_t>(received_body_bytes);
  progress.expected_body_bytes = information(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
  if (observed.first_byte_ns > 0) {
    progress.phase = Phase::receiving;
  } else if (information(easy, CURLINFO_PRETRANSFER_TIME_T) > 0) {
    const bool is_sent =
        request_body_bytes >= 0 ? progress.sent_body_bytes >= request_body_bytes : observed.sent_ns > 0;
    progress.phase = is_sent ? Phase::waiting : Phase::sending;
  } else if (observed.is_socket_connected) {
    progress.phase = Phase::tls_handshake;
  } else if (information(easy, CURLINFO_NAMELOOKUP_TIME_T) > 0) {
    progress.phase = Phase::connecting;
  }
  return progress;
}

std::string describe(const TransferProgress& progress) {
  using Phase = TransferProgress::Phase;
  switch (progress.phase) {
    case Phase::resolving:
      return "resolving the host's name";
    case Phase::connecting:
      return "connecting";
    case Phase::tls_handshake:
      return "connected, in the TLS handshake";
    case Phase::sending:
      if (progress.request_body_bytes < 0)
        return fmt::format("connected, {} bytes of the body sent", progress.sent_body_bytes);
      return fmt::format("connected, {} of {} bytes of the body sent", progress.sent_body_bytes,
                         progress.request_body_bytes);
    case Phase::waiting:
      return "connected, request sent, waiting for the first byte";
    case Phase::receiving:
      break;
  }
  if (progress.expected_body_bytes < 0) {
    return fmt::format("receiving the answer, {} bytes of its body came", progress.received_body_bytes);
  }
  return fmt::format("receiving the answer, {} of {} bytes of its body came", progress.received_body_bytes,
                     progress.expected_body_bytes);
}

Timings timings_of(CURL* easy, const ObservedTransfer& observed, bool has_body, int64_t total_ns) noexcept {
  const int64_t first_byte = observed.first_byte_ns;
  const int64_t ready = since_start_ns(easy, CURLINFO_PRETRANSFER_TIME_T);
  long connections = 0;
  curl().easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
  const bool is_reused = ready > 0 && connections == 0;

  // Each phase begins where the one before it ended; the first that has not ended takes what is left.
  Timings timings;
  timings.total_ns = total_ns;
  int64_t now = 0;
  bool is_over = false;
  const auto phase = [&](int64_t end) {
    if (is_over) return int64_t{0};
    is_over = end == 0;
    const int64_t begin = now;
    now = std::clamp(is_over ? total_ns : end, begin, std::max(begin, total_ns));
    return now - begin;
  };
  if (!is_reused) {
    const int64_t connected = since_start_ns(easy, CURLINFO_CONNECT_TIME_T);
    const int64_t secured = since_start_ns(easy, CURLINFO_APPCONNECT_TIME_T);
    timings.dns_ns = phase(since_start_ns(easy, CURLINFO_NAMELOOKUP_TIME_T));
    timings.connect_ns = phase(connected);
    if (secured > 0 || ready == 0) timings.tls_ns = phase(secured);
  }
  // A request without body is sent at once. So is a small body, where the answer came before the look at it.
  const bool is_sent_at_once =
      has_body ? first_byte > 0 && (observed.sent_ns == 0 || observed.sent_ns > first_byte) : true;
  timings.send_ns = phase(is_sent_at_once ? ready : observed.sent_ns);
  timings.wait_ns = phase(first_byte);
  timings.receive_ns = phase(total_ns);
  return timings;
}

}  // namespace e2e::host
