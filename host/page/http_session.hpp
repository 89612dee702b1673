#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "page/cookie_jar.hpp"
#include "page/curl_library.hpp"
#include "page/handle_shape.hpp"
#include "page/request_headers.hpp"
#include "page/transfer.hpp"

namespace e2e::host {

class Incoming;
class PageEnvironment;
class TransferDeadlines;
struct TransferProgress;

/// A worker's HTTP client: connections, DNS answers and TLS sessions stay warm as long as it lives, over any
/// number of pages. Used by one thread at a time; curl() was called before. Not to be used across
/// a fork. Opens nothing before the first request.
class HttpSession {
 public:
  HttpSession() = default;
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  /// Sends a request and waits for the whole answer, an error, the end of its time or the attempt's, or until
  /// the environment says that it is cancelled (seen within 50 ms, and at once when a signal interrupts the
  /// wait). Redirects are not followed; a proxy of the environment is not asked for loopback hosts. An answer
  /// that says why it failed, where a callback of the transfer asks for another. A kept connection that
  /// the service closes at this moment is no failure: the request goes out on another, unless a callback
  /// gives its body. libcurl does the same in most cases, but on a loaded machine not in all (7.88). Throws
  /// std::bad_alloc.
  [[nodiscard]] Answer perform(const Transfer& transfer, const PageEnvironment& environment);

 private:
  struct CloseEasy {
    void operator()(CURL* easy) const noexcept { curl().easy_cleanup(easy); }
  };
  struct CloseMulti {
    void operator()(CURLM* multi) const noexcept { curl().multi_cleanup(multi); }
  };
  struct Drive;

  [[nodiscard]] Answer perform_once(const Transfer& transfer, const PageEnvironment& environment);
  /// Whether a kept connection ended before a byte of the answer came, and the request may be sent again.
  [[nodiscard]] bool is_stale(const Transfer& transfer, const Incoming& incoming, const Drive& driven) const;
  void open();
  void set_options(const Transfer& transfer, Incoming& incoming);
  /// What holds for each transfer of the same shape.
  void set_lasting_options(const Transfer& transfer);
  void set_method(const Transfer& transfer);
  void set_body(const Transfer& transfer);
  /// Null: none.
  void lend(const CookieJar* jar);
  [[nodiscard]] Drive drive(const Transfer& transfer, Incoming& incoming, const PageEnvironment& environment,
                            const TransferDeadlines& deadlines);
  /// Says in the answer how the transfer ended.
  void conclude(const Transfer& transfer, Incoming& incoming, const Drive& driven) const;
  [[nodiscard]] std::string error_of(const Transfer& transfer, const Incoming& incoming, CURLcode code,
                                     const TransferProgress& progress) const;

  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::unique_ptr<CURL, CloseEasy> easy_;  // after multi_: goes first
  std::optional<LentCookies> cookies_;     // after easy_
  std::optional<HandleShape> shape_;       // that easy_ has; nothing: it must be reset
  RequestHeaders request_headers_;
  std::string method_;
  bool is_busy_ = false;
  bool was_connection_stale_ = false;  // of the latest transfer
  std::array<char, CURL_ERROR_SIZE> detail_{};
};

}  // namespace e2e::host
