#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/request_options.hpp"

namespace e2e::host {

/// Puts what a request's options say of connection, TLS and encoding into a handle that was reset. Throws
/// std::bad_alloc.
void set_connection_options(CURL* easy, const RequestOptions& options, const std::string& url);

/// The same for curl's command line: "--cacert", "ca.pem", ... A proxy's password is `***`, a key's is left
/// out.
[[nodiscard]] std::vector<std::string> connection_curl_words(const RequestOptions& options);

/// Which HTTP the last answer on the handle spoke: "1.1", "2".
[[nodiscard]] std::string_view http_version_of(CURL* easy) noexcept;

}  // namespace e2e::host
