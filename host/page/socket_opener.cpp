#include "page/socket_opener.hpp"

#include <strings.h>

#include <algorithm>
#include <atomic>

#include "base/clock.hpp"
#include "page/cookie_jar.hpp"
#include "page/page_environment.hpp"
#include "page/page_settings.hpp"
#include "page/transfer_options.hpp"
#include "page/url.hpp"

namespace e2e::host {
namespace {

uint64_t next_connection() noexcept {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

std::string path_of(const std::string& url) {
  const size_t begin = url.find('/', url.find("://") + 3);
  if (begin == std::string::npos) return "/";
  return url.substr(begin, url.find('?', begin) - begin);
}

}  // namespace

std::string http_target_of(std::string_view target) {
  for (const std::string_view scheme : {"ws://", "wss://"})
    if (target.size() >= scheme.size() && ::strncasecmp(target.data(), scheme.data(), scheme.size()) == 0)
      return "http" + std::string(target.substr(2));
  return std::string(target);
}

std::unique_ptr<WebSocket> SocketOpener::open(PreparedRequest& request, uint64_t& number,
                                              SocketResult& result) {
  secret_names_ = settings_.secret_names;
  const auto& own = request.options->secret_names;
  secret_names_.insert(secret_names_.end(), own.begin(), own.end());
  for (const HeaderField& header : request.headers)
    if (is_secret_name(header.name, secret_names_) && !is_same_header_name(header.name, "cookie"))
      environment_.credential(header.value);
  add_cookies(request);
  Exchange exchange;
  exchange.timings.blocked_ns = environment_.wait_for_turn();
  exchange.start_unix_ns = unix_ns();
  if (environment_.is_cancelled()) {
    result.end = SocketResult::End::cancelled;
    return nullptr;
  }
  number = next_connection();
  auto socket = std::make_unique<WebSocket>(number, environment_);
  result = socket->open({request.url, request.headers, *request.options, request.timeout_ms}, exchange);
  // An answer that opens nothing is a whole one all the same.
  if (exchange.status == 0) exchange.error = result.problem;
  exchange.is_cancelled = result.end == SocketResult::End::cancelled;
  record(request, std::move(exchange));
  if (result.end != SocketResult::End::done) socket.reset();
  return socket;
}

void SocketOpener::add_cookies(PreparedRequest& request) {
  const bool has_own =
      std::any_of(request.headers.begin(), request.headers.end(),
                  [](const HeaderField& header) { return is_same_header_name(header.name, "cookie"); });
  if (has_own) return;
  cookie_header_ =
      cookies_.header_for(host_of(request.url), path_of(request.url), has_https_scheme(request.url));
  if (!cookie_header_.empty()) request.headers.push_back({"cookie", cookie_header_});
}

void SocketOpener::record(const PreparedRequest& request, Exchange exchange) const {
  exchange.method = "GET";
  exchange.url = recordable_url(request.url, secret_names_);
  for (auto* headers : {&exchange.request_headers, &exchange.response_headers})
    for (auto& [name, value] : *headers)
      if (is_secret_name(name, secret_names_)) value = "***";
  exchange.curl_words = connection_curl_words(*request.options);
  environment_.exchange_finished(exchange, {});
}

}  // namespace e2e::host
