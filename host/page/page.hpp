#pragma once

#include <e2e/ext/page.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "page/page_settings.hpp"
#include "page/request.hpp"

namespace e2e::host {

class CookieJar;
class HttpSession;
class PageEnvironment;
class Response;
struct PreparedRequest;
struct Sent;
struct SocketResult;

/// What a plugin holds as e2e_page: requests to one service, with the headers, timeout and cookies that go
/// with them. Owns its responses. Used by one thread at a time.
class Page {
 public:
  /// `session` and `environment` outlive the page.
  Page(PageSettings settings, HttpSession& session, PageEnvironment& environment);
  ~Page();
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  [[nodiscard]] e2e_page* handle() noexcept { return reinterpret_cast<e2e_page*>(this); }
  [[nodiscard]] static Page* from(e2e_page* handle) noexcept { return reinterpret_cast<Page*>(handle); }
  [[nodiscard]] static const Page* from(const e2e_page* handle) noexcept {
    return reinterpret_cast<const Page*>(handle);
  }

  /// Sends a request and waits; see HttpSession::perform(). Tells the environment of the exchange. Null:
  /// cancelled. Otherwise the response, whose error() says why there is no answer, if there is none, or why
  /// it was not sent. Throws std::bad_alloc.
  [[nodiscard]] Response* request(const Request& request);
  /// A response of this page that says only why a request was not sent.
  [[nodiscard]] Response* refuse(std::string_view method, std::string_view reason);

  /// Opens a WebSocket; see WebSocket::open(). Tells the environment of the exchange. Its number in the
  /// SocketTable; 0: `result` says why there is none. Throws std::bad_alloc.
  [[nodiscard]] uint64_t open_socket(Request request, SocketResult& result);

  /// Frees one response. It is one of this page's.
  static void release(Response& response) noexcept;
  /// Frees what a test has not released: at the end of an attempt.
  void release_all() noexcept;

  /// Sent with each later request that has no header of that name; an empty value removes the header, also a
  /// configured one. What can't be sent makes those requests fail.
  void set_default_header(std::string_view name, std::string_view value);
  /// For each later request that names none; 0 restores the configured one. A negative one makes those fail.
  void set_default_timeout(int64_t timeout_ms) noexcept { timeout_ms_ = timeout_ms; }

  /// For each later request that does not say otherwise; see set_request_option(). Throws RequestRefused.
  void set_option(std::string_view key, std::string_view value);

  /// The page's cookies. Throws std::bad_alloc.
  [[nodiscard]] CookieJar& cookies();

  [[nodiscard]] const PageSettings& settings() const noexcept { return settings_; }
  /// Another number for each page of this process, from 1.
  [[nodiscard]] uint64_t serial() const noexcept { return serial_; }

 private:
  [[nodiscard]] std::vector<HeaderField> merged_headers(const Request& request) const;
  [[nodiscard]] int64_t timeout_ms_of(const Request& request) const;
  /// Throws RequestRefused.
  [[nodiscard]] PreparedRequest prepare(const Request& request);
  void prepare_body(const Request& request, PreparedRequest& prepared);
  [[nodiscard]] std::string base_url_of(const RequestOptions& options) const;
  void warn_of_unverified(const PreparedRequest& request);
  [[nodiscard]] Response* add_response(Sent sent);

  PageSettings settings_;
  HttpSession& session_;
  PageEnvironment& environment_;
  uint64_t serial_;
  std::vector<std::pair<std::string, std::string>> default_headers_;
  int64_t timeout_ms_ = 0;  // 0: the configured one
  std::unique_ptr<CookieJar> cookies_;
  bool has_warned_ = false;  // that TLS is not verified
  uint64_t multiparts_ = 0;  // that were sent
  std::vector<std::unique_ptr<Response>> responses_;
  bool has_sockets_ = false;  // it may have open ones
};

}  // namespace e2e::host
