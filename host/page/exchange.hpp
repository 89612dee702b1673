#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace e2e::host {

/// How long each phase of an exchange took, in nanoseconds; 0 where it did not happen.
struct Timings {
  int64_t blocked_ns = 0;  ///< waiting for a rate limit
  int64_t dns_ns = 0;
  int64_t connect_ns = 0;
  int64_t tls_ns = 0;
  int64_t send_ns = 0;
  int64_t wait_ns = 0;     ///< from the request's last byte to the answer's first
  int64_t receive_ns = 0;  ///< from the answer's first byte to its last
  int64_t total_ns = 0;    ///< of all but `blocked_ns`
};

/// One finished exchange, as it is recorded: secrets are `***`, bodies are cut. A value without ties to its
/// page.
struct Exchange {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// So much of a body is kept.
  static constexpr size_t max_recorded_body_bytes = 16u << 10;

  std::string method;
  std::string url;
  int status = 0;     ///< 0: no status line came
  std::string error;  ///< why there is no whole answer, else empty
  bool is_cancelled = false;
  Headers request_headers;  ///< without those that the HTTP library adds: host, content-length, kept cookies
  std::string request_body;
  uint64_t request_body_bytes = 0;
  Headers response_headers;
  std::string response_body;
  uint64_t response_body_bytes = 0;
  int64_t start_unix_ns = 0;
  Timings timings;
  uint64_t connection = 0;   ///< of the WebSocket that it opened; 0: none
  uint32_t retry = 0;        ///< 1, 2, ...: the request before was sent again
  uint32_t redirect = 0;     ///< 1, 2, ...: the answer before led here
  std::string http_version;  ///< of the answer: "1.1", "2"
  std::string body_sha256;   ///< of an answer's body that was not kept in memory
  /// What curl needs besides method, URL, headers and body to send the same: "--cacert", "ca.pem". With "-F"
  /// or
  /// "--data-binary" among them in place of the body.
  std::vector<std::string> curl_words;
};

/// The bodies of an exchange that the page had in memory as a whole, secrets and all.
struct WholeBodies {
  std::string_view request;                     ///< borrowed; empty: there is none
  std::shared_ptr<const std::string> response;  ///< null: there is none
};

/// What a message of a WebSocket is.
enum class MessageKind : uint8_t { text = 1, binary = 2, close = 3 };

/// A message that passed through a WebSocket. Borrowed.
struct SocketMessage {
  uint64_t connection = 0;  ///< as Exchange has it
  bool is_sent = false;     ///< false: it was received
  MessageKind kind = MessageKind::text;
  std::string_view bytes;  ///< of a close: code and reason
};

/// True for the names whose values are never recorded: authorization, proxy-authorization, cookie,
/// set-cookie, x-api-key and those of `more`, in any case.
[[nodiscard]] bool is_secret_name(std::string_view name, std::span<const std::string> more) noexcept;

/// `url` as it may be recorded: user, password and the values of query parameters with a secret name are
/// `***`.
[[nodiscard]] std::string recordable_url(std::string_view url, std::span<const std::string> more);

}  // namespace e2e::host
