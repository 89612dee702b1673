#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "page/curl_library.hpp"
#include "page/exchange.hpp"
#include "page/header_field.hpp"
#include "page/request_headers.hpp"
#include "page/response_headers.hpp"
#include "page/retry_plan.hpp"

namespace e2e::host {

class CookieJar;
class PageEnvironment;
struct TransferProgress;

/// One request, ready to go. Everything is borrowed for the call; method and headers have been checked.
struct Transfer {
  std::string_view method;
  const std::string& url;
  std::span<const HeaderField> headers;
  std::string_view body;
  int64_t timeout_ms = 0;
  size_t max_body_bytes = 0;
  /// Takes and gives cookies, unless there is a cookie header. Null: none are kept.
  const CookieJar* cookies = nullptr;
};

/// What came of it.
struct Answer {
  enum class Ending { answered, failed, cancelled };

  Ending ending = Ending::failed;
  TryResult::Kind kind = TryResult::Kind::other;  ///< if failed: how
  int status = 0;                                 ///< of the last status line that came; 0: none did
  std::string error;                              ///< empty if answered
  ResponseHeaders headers;
  std::string body;  ///< what came of it, if failed
  Timings timings;   ///< without blocked_ns
};

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
  /// wait). Redirects are not followed; a proxy of the environment is not asked for loopback hosts. Throws
  /// std::bad_alloc.
  [[nodiscard]] Answer perform(const Transfer& transfer, const PageEnvironment& environment);

 private:
  struct CloseEasy {
    void operator()(CURL* easy) const noexcept { curl().easy_cleanup(easy); }
  };
  struct CloseMulti {
    void operator()(CURLM* multi) const noexcept { curl().multi_cleanup(multi); }
  };
  struct Incoming;
  struct Drive;

  void open();
  void set_options(const Transfer& transfer, Incoming& incoming);
  void set_method_and_body(std::string_view method, std::string_view body);
  [[nodiscard]] Drive drive(const Transfer& transfer, Incoming& incoming, const PageEnvironment& environment,
                            int64_t limit_ms);
  [[nodiscard]] std::string error_of(const Transfer& transfer, const Incoming& incoming, CURLcode code,
                                     const TransferProgress& progress) const;

  std::unique_ptr<CURLM, CloseMulti> multi_;
  std::unique_ptr<CURL, CloseEasy> easy_;  // after multi_: goes first
  RequestHeaders request_headers_;
  std::string method_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
};

}  // namespace e2e::host
