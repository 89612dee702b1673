#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/request_options.hpp"
#include "page/header_field.hpp"
#include "page/http_session.hpp"

namespace e2e::host {

class CookieJar;
class PageEnvironment;
class RetryPlan;
struct PageSettings;
struct Redirect;

/// A request that has been checked. Borrows what it views.
struct PreparedRequest {
  std::string_view method;
  std::string url;
  std::vector<HeaderField> headers;
  std::string_view body;
  int64_t timeout_ms = 0;                   ///< of each try, with its redirects
  const RequestOptions* options = nullptr;  ///< those of the page, or `own_options`
  std::unique_ptr<RequestOptions> own_options;
  std::unique_ptr<BodySource> source;     ///< in place of `body`
  std::unique_ptr<BodySink> sink;         ///< takes the body of an answer with 2xx
  std::vector<std::string> curl_words;    ///< as Exchange has them
  std::string content_type, traceparent;  ///< that `headers` view
  bool is_traced = false;                 ///< each exchange has a traceparent of its own: see `traceparent`
};

/// What came of a request, over all its tries.
struct Sent {
  Answer answer;            ///< the last one
  std::string url;          ///< that it came from
  std::string_view method;  ///< that it was asked with
  uint32_t retries = 0;     ///< how often the request was sent again
  uint32_t redirects = 0;   ///< how many were followed to this answer
};

/// One request on its way, with its retries and redirects. Tells the environment of each exchange.
class Sending {
 public:
  /// All are borrowed.
  Sending(HttpSession& session, PageEnvironment& environment, const PageSettings& settings,
          const CookieJar& cookies, const PreparedRequest& request);

  /// Throws std::bad_alloc.
  [[nodiscard]] Sent run();

 private:
  /// What one exchange asks for: the request, or where a redirect led.
  struct Hop {
    std::string_view method;
    std::string url;
    std::vector<HeaderField> headers;
    std::string_view body;
    BodySource* source;
    uint32_t redirect = 0;
    std::string traceparent = {};  ///< that `headers` view, from the second exchange on
  };

  /// One try: until an answer is no redirect that is to be followed.
  void run_try(Sent& sent);
  [[nodiscard]] Answer exchange(const Hop& hop, uint32_t retry, int64_t timeout_ms);
  /// Makes the hop the one that a redirect leads to. False: that can't be, `answer` says why.
  [[nodiscard]] bool follow(Hop& hop, const Redirect& redirect, Answer& answer) const;
  /// Gives each exchange but the first a span of its own.
  void trace(Hop& hop);
  void record(const Hop& hop, const Answer& answer, int64_t start_unix_ns, uint32_t retry) const;
  /// False: it is not tried again; `answer` says so where the attempt was cancelled meanwhile.
  [[nodiscard]] bool waits_for_retry(Answer& answer, RetryPlan& plan);
  void tell_of_retries(const Sent& sent) const;
  [[nodiscard]] bool is_secret(std::string_view header_name) const;

  HttpSession& session_;
  PageEnvironment& environment_;
  const CookieJar& cookies_;
  const PreparedRequest& request_;
  std::vector<std::string> secret_names_;  ///< of the page and the request
  bool has_sent_ = false;
  std::string earlier_;  ///< what the tries before came to: "503, no connection"
};

}  // namespace e2e::host
