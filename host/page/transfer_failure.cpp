#include "page/transfer_failure.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "base/utf8.hpp"
#include "page/curl_library.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

std::string cannot_connect(std::string_view detail, std::string_view url, int os_error) {
  const std::string reason = os_error != 0 ? std::generic_category().message(os_error) : std::string(detail);
  return fmt::format("cannot connect to {}: {}{}", address_of(url), reason,
                     os_error == ECONNREFUSED ? "; is the service running?" : "");
}

std::string incomplete(const TransferProgress& progress) {
  if (progress.expected_body_bytes < 0) {
    return fmt::format("the connection closed before the answer was complete ({} bytes of its body came)",
                       progress.received_body_bytes);
  }
  return fmt::format("the connection closed before the answer was complete ({} of {} bytes of its body came)",
                     progress.received_body_bytes, progress.expected_body_bytes);
}

bool is_tls_failure(CURLcode code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return true;
    default:
      return false;
  }
}

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

}  // namespace

std::string failure_sentence(CURLcode code, std::string_view detail, std::string_view url, int os_error,
                             const TransferProgress& progress) {
  const std::string reason = printable(detail.empty() ? curl().easy_strerror(code) : detail);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return fmt::format("could not resolve host '{}'", printable(host_of(url)));
    case CURLE_COULDNT_RESOLVE_PROXY:
      return fmt::format("could not resolve the proxy: {}", reason);
    case CURLE_COULDNT_CONNECT:
      return cannot_connect(reason, url, os_error);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      if (progress.phase < TransferProgress::Phase::sending) {
        return fmt::format("'{}' is not a URL that can be asked: {}", printable(url.substr(0, 200)), reason);
      }
      return fmt::format("the answer is not HTTP: {}", reason);
    case CURLE_WEIRD_SERVER_REPLY:
      return fmt::format("the answer is not HTTP: {}", reason);
    case CURLE_GOT_NOTHING:
      return "the connection closed before any answer came";
    case CURLE_PARTIAL_FILE:
      return incomplete(progress);
    case CURLE_SEND_ERROR:
      return fmt::format("sending the request failed: {} ({})", without_prefix(reason, "Send failure: "),
                         describe(progress));
    case CURLE_RECV_ERROR:
      // So libcurl says that its own limit is reached, of all headers that came for one request.
      if (reason.starts_with("Too large response headers"))
        return "the answer, with the interim ones before it, has more than 300 KiB of headers";
      return fmt::format("receiving the answer failed: {} ({})", without_prefix(reason, "Recv failure: "),
                         describe(progress));
    case CURLE_BAD_CONTENT_ENCODING:
      return fmt::format("the answer can't be unpacked: {}",
                         without_prefix(reason, "Error while processing content unencoding: "));
    case CURLE_OUT_OF_MEMORY:
      // libcurl has a limit of 100 KiB for one header, or the status line, and says it this way.
      if (progress.phase >= TransferProgress::Phase::waiting && progress.received_body_bytes == 0) {
        return "a header of the answer is larger than 100 KiB";
      }
      return "not enough memory for the exchange";
    default:
      break;
  }
  if (is_tls_failure(code)) return fmt::format("TLS with {} failed: {}", address_of(url), reason);
  return fmt::format("{} ({})", reason, describe(progress));
}

}  // namespace e2e::host
