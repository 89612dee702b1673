#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"
#include "location.hpp"
#include "request.hpp"

namespace e2e {

namespace detail {
class ResponseCore;
}

/// How long the phases of an exchange took, in milliseconds; 0 where a phase did not happen.
struct Timings {
  double blocked_ms = 0;  ///< Waiting for a rate limit.
  double dns_ms = 0;
  double connect_ms = 0;
  double tls_ms = 0;
  double send_ms = 0;
  double wait_ms = 0;     ///< Until the first byte came.
  double receive_ms = 0;  ///< Until the last byte came.
  double total_ms = 0;    ///< Without blocked_ms.
};

/// What a service answered. Copies are cheap and share it; the host's memory is freed with the last copy, or
/// at the end of the attempt, when a copy that is still kept takes the content over.
class Response {
 public:
  Response(const Response& other) noexcept;
  Response(Response&& other) noexcept;
  Response& operator=(const Response& other) noexcept;
  Response& operator=(Response&& other) noexcept;
  ~Response();

  int status() const;
  bool ok() const;  ///< The status is 2xx.
  std::string method() const;
  std::string url() const;

  /// The first header of that name, in any case.
  std::optional<std::string> header(std::string_view name) const;
  std::vector<Field> headers() const;  ///< In the order they came.
  /// The value of a cookie that this answer sets, without its attributes; the last one of that name.
  std::optional<std::string> cookie(std::string_view name) const;

  std::string text() const;
  /// The body, without a copy. Valid while a copy of this response lives, at the longest until the attempt
  /// ends.
  std::string_view bytes() const;

  /// The value at a JSON pointer (RFC 6901; "" is the whole body). The test fails if the body is no JSON or
  /// has no such value, and is told what is there instead.
  Json json(std::string_view pointer = "", Location where = Location::here()) const;

  /// SHA-256 of the body, as 64 hexadecimal digits.
  std::string sha256(Location where = Location::here()) const;

  Timings timings() const;
  double total_ms() const { return timings().total_ms; }

  /// How often the request was sent again before this came.
  unsigned retries() const;
  /// How many redirects were followed; url() and method() are of the last.
  unsigned redirects() const;
  /// "1.1", "2"
  std::string http_version() const;
  /// Of the whole body, also where it went to save_to() or stream_to(); unpacked.
  std::uint64_t body_bytes() const;

  /// "POST http://127.0.0.1:8083/orders -> 500"
  std::string exchange() const;

  /// @internal Takes over one reference.
  explicit Response(detail::ResponseCore* core) noexcept : core_(core) {}

 private:
  detail::ResponseCore* core_;
};

}  // namespace e2e
