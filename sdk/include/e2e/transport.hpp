#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "request.hpp"

/// Options of how a request reaches its service: connection, TLS, HTTP version, time limits. For one request
/// as an argument of it, for all later ones of a page with page.use(...); for a service in e2e.conf. Not part
/// of e2e.hpp.
namespace e2e {

/// How long a phase of an exchange may take, besides the whole; 0: as long as that.
struct PhaseTimeouts {
  std::int64_t connect_ms = 0;     ///< Name, connection and TLS.
  std::int64_t first_byte_ms = 0;  ///< From the request's last byte to the answer's first.
  std::int64_t idle_ms = 0;        ///< Between two pieces of the answer.
};
RequestOption phase_timeouts(const PhaseTimeouts& timeouts);

/// Paths of PEM files, from the folder that the test runs in.
struct TlsConfig {
  std::string ca;           ///< Trusted in place of the system's certificates; empty: the system's.
  std::string certificate;  ///< The client's own; empty: none.
  std::string key;          ///< Empty: in the certificate's file.
  std::string key_password;
  bool verify = true;  ///< False: any certificate will do, which the attempt's notes then say.
};
RequestOption tls(const TlsConfig& config);

/// "auto": HTTP/2 over TLS where the service offers it, else HTTP/1.1. "1.1". "2": HTTP/2 or nothing, also
/// without TLS.
RequestOption http_version(std::string_view version);
/// Asks for a compressed answer (gzip, brotli, zstd), and unpacks it.
RequestOption compressed(bool is_asked_for = true);
/// "http://user:password@proxy:3128", "socks5h://127.0.0.1:1080". Without it that of the environment holds,
/// for hosts that are not this machine's.
RequestOption proxy(std::string_view url);
/// Connects to a unix socket; the URL's host only goes into the request.
RequestOption unix_socket(std::string_view path);
/// Targets are joined to another base URL of the service: `base_urls` in e2e.conf.
RequestOption base(std::string_view name);
/// Goes between the service's base_url and a target: "/api/v2".
RequestOption base_path(std::string_view path);
/// Answers with larger bodies are errors; 64 MiB without it. Holds what is unpacked.
RequestOption max_body(std::int64_t bytes);
/// False: no traceparent header is sent.
RequestOption traceparent(bool is_sent);

}  // namespace e2e
