#include "page/transfer_options.hpp"

#include "page/curl_option.hpp"
#include "page/exchange.hpp"
#include "page/system_certificates.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace {

long version_for_libcurl(HttpVersion version, bool is_https) noexcept {
  switch (version) {
    case HttpVersion::http_1_1:
      return CURL_HTTP_VERSION_1_1;
    case HttpVersion::http_2:
      return is_https ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    case HttpVersion::automatic:
      break;
  }
  return CURL_HTTP_VERSION_2TLS;
}

void set_tls(CURL* easy, const TlsOptions& tls) {
  if (!tls.verify) {
    set_option(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    set_option(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    // libcurl would read what nobody looks at.
    set_option(easy, CURLOPT_CAINFO, static_cast<char*>(nullptr));
    set_option(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  } else if (tls.ca.empty()) {
    use_loaded_certificates(easy);
  }
  if (!tls.ca.empty()) {
    set_option(easy, CURLOPT_CAINFO, tls.ca.c_str());
    set_option(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  if (!tls.certificate.empty()) {
    set_option(easy, CURLOPT_SSLCERT, tls.certificate.c_str());
    set_option(easy, CURLOPT_SSLKEY, tls.key.empty() ? tls.certificate.c_str() : tls.key.c_str());
  }
  if (!tls.key_password.empty()) set_option(easy, CURLOPT_KEYPASSWD, tls.key_password.c_str());
}

/// A connection that speaks HTTP/2 in clear text is good for one request with libcurl before 8.0:
/// https://github.com/curl/curl/issues/10634.
bool has_one_way_connections(const RequestOptions& options, bool is_https) {
  constexpr unsigned first_good_version = 0x080000;
  return options.http_version == HttpVersion::http_2 && !is_https &&
         curl().version_info(CURLVERSION_NOW)->version_num < first_good_version;
}

}  // namespace

void set_connection_options(CURL* easy, const RequestOptions& options, const std::string& url) {
  set_option(easy, CURLOPT_HTTP_VERSION, version_for_libcurl(options.http_version, has_https_scheme(url)));
  if (has_one_way_connections(options, has_https_scheme(url))) {
    set_option(easy, CURLOPT_FRESH_CONNECT, 1L);
    set_option(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  // "": all that libcurl can unpack.
  if (options.has_compression) set_option(easy, CURLOPT_ACCEPT_ENCODING, "");
  if (has_https_scheme(url) || !options.proxy.empty()) set_tls(easy, options.tls);
  if (!options.proxy.empty()) {
    set_option(easy, CURLOPT_PROXY, options.proxy.c_str());
    set_option(easy, CURLOPT_NOPROXY, "");
    if (!options.tls.ca.empty()) set_option(easy, CURLOPT_PROXY_CAINFO, options.tls.ca.c_str());
  } else if (is_loopback_host(host_of(url))) {
    set_option(easy, CURLOPT_PROXY, "");
  }
  if (!options.unix_socket.empty()) set_option(easy, CURLOPT_UNIX_SOCKET_PATH, options.unix_socket.c_str());
}

std::vector<std::string> connection_curl_words(const RequestOptions& options) {
  std::vector<std::string> words;
  const auto add = [&words](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  if (options.http_version == HttpVersion::http_1_1) words.emplace_back("--http1.1");
  if (options.http_version == HttpVersion::http_2) words.emplace_back("--http2-prior-knowledge");
  if (options.has_compression) words.emplace_back("--compressed");
  if (!options.tls.verify) words.emplace_back("--insecure");
  add("--cacert", options.tls.ca);
  add("--cert", options.tls.certificate);
  add("--key", options.tls.key);
  add("--proxy", recordable_url(options.proxy, {}));
  add("--unix-socket", options.unix_socket);
  return words;
}

std::string_view http_version_of(CURL* easy) noexcept {
  long version = 0;
  curl().easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "1.0";
    case CURL_HTTP_VERSION_1_1:
      return "1.1";
    case CURL_HTTP_VERSION_2_0:
      return "2";
    case CURL_HTTP_VERSION_3:
      return "3";
    default:
      return {};
  }
}

}  // namespace e2e::host
