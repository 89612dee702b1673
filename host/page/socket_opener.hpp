#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "page/sending.hpp"
#include "page/web_socket.hpp"

namespace e2e::host {

/// Opens a page's WebSockets: with its cookies, within the service's rate limit, and as an exchange of the
/// record.
class SocketOpener {
 public:
  /// All are borrowed.
  SocketOpener(PageEnvironment& environment, const PageSettings& settings, const CookieJar& cookies)
      : environment_(environment), settings_(settings), cookies_(cookies) {}

  /// `number`: another for each connection of this process. Null: `result` says why. Throws std::bad_alloc.
  [[nodiscard]] std::unique_ptr<WebSocket> open(PreparedRequest& request, uint64_t& number,
                                                SocketResult& result);

 private:
  /// Adds those of the page's cookies that go to that URL.
  void add_cookies(PreparedRequest& request);
  void record(const PreparedRequest& request, Exchange exchange) const;

  PageEnvironment& environment_;
  const PageSettings& settings_;
  const CookieJar& cookies_;
  std::vector<std::string> secret_names_;
  std::string cookie_header_;
};

/// The target with http for ws, and https for wss.
[[nodiscard]] std::string http_target_of(std::string_view target);

}  // namespace e2e::host
