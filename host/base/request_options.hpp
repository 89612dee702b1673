#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// When a request that did not go well is sent again. Nothing is, unless somebody asks for it.
struct RetryOptions {
  static constexpr uint32_t max_retries = 20;

  uint32_t retries = 0;    ///< after the first try
  bool on_connect = true;  ///< no connection came about
  bool on_timeout = true;  ///< no whole answer within the request's timeout
  bool on_broken = false;  ///< the connection ended before the answer was whole
  std::vector<int> on_status = {429, 502, 503, 504};
  bool has_all_methods = false;   ///< false: GET, HEAD, OPTIONS, TRACE, PUT, DELETE (RFC 9110, 9.2.2)
  int64_t delay_ms = 100;         ///< the first pause is 0 to this; each further one up to twice as long
  int64_t max_delay_ms = 10'000;  ///< no pause is longer; a Retry-After that is, is not waited for
};

/// Which version of HTTP is spoken.
enum class HttpVersion : uint8_t {
  automatic,  ///< HTTP/2 over TLS if the service offers it, else HTTP/1.1
  http_1_1,
  http_2,  ///< HTTP/2 or nothing; without TLS it is begun at once
};

/// How connections are secured. Paths are of PEM files.
struct TlsOptions {
  std::string ca;           ///< trusted in place of the system's; empty: the system's
  std::string certificate;  ///< the client's own; empty: none
  std::string key;          ///< empty: in the file of the certificate
  std::string key_password;
  bool verify = true;
};

/// How long a phase of an exchange may take, in milliseconds, besides the whole; 0: as long as the whole.
struct PhaseLimits {
  int64_t connect_ms = 0;     ///< name, connection and TLS
  int64_t first_byte_ms = 0;  ///< from the request's last byte to the answer's first
  int64_t idle_ms = 0;        ///< between two pieces of the answer
  [[nodiscard]] bool has_any() const noexcept { return connect_ms > 0 || first_byte_ms > 0 || idle_ms > 0; }
};

/// How a request is sent, beyond what it says.
struct RequestOptions {
  RetryOptions retry;
  uint32_t max_redirects = 0;  ///< so many are followed; 0: a redirect is an answer like any other
  HttpVersion http_version = HttpVersion::automatic;
  bool has_compression = false;  ///< asks for compressed answers, and unpacks them
  TlsOptions tls;
  std::string proxy;        ///< URL; empty: that of the environment, for hosts that are not this machine's
  std::string unix_socket;  ///< path; empty: TCP
  PhaseLimits limits;
  std::string base_path;  ///< goes between the service's base_url and path
  std::string base;       ///< which of `base_urls`; empty: the service's base_url
  std::map<std::string, std::string, std::less<>> base_urls;  ///< by name
  bool has_traceparent = true;
  uint64_t max_body_bytes = 64u << 20;  ///< an answer with a larger body is an error
  std::vector<std::string>
      secret_names;     ///< headers and query parameters that records mask, besides the usual
  std::string save_to;  ///< file for the body of an answer with 2xx; empty: memory
};

/// An option's name, and what it is where nobody says anything, both as text.
struct RequestOptionName {
  std::string_view key;
  std::string_view initial;
  bool is_path = false;    ///< in e2e.conf it counts from the project
  bool is_secret = false;  ///< nothing may show its value
};

/// Those of `requests:` in e2e.conf, in the order of the documentation. The same ones serve a page and a
/// single request, and the later of these wins. Those two have more: "base", "secret_name" (adds one),
/// "save_to" and "base_url.NAME".
[[nodiscard]] const std::vector<RequestOptionName>& request_option_names();

/// Sets one option from text. Empty, or what the value must be ("must be from 0 to 20"); `options` is then as
/// it was. The key is one that is_request_option().
[[nodiscard]] std::string set_request_option(RequestOptions& options, std::string_view key,
                                             std::string_view value);

[[nodiscard]] bool is_request_option(std::string_view key);

}  // namespace e2e::host
