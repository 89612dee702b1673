#pragma once

#include <cstdint>
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

/// A request that has been checked. Borrows what it views.
struct PreparedRequest {
  std::string_view method;
  std::string url;
  std::vector<HeaderField> headers;
  std::string_view body;
  int64_t timeout_ms = 0;  ///< of each try
  RequestOptions options;
};

/// What came of a request, over all its tries.
struct Sent {
  Answer answer;         ///< the last try's
  uint32_t retries = 0;  ///< how often it was sent again
};

/// One request on its way, with its retries. Tells the environment of each exchange.
class Sending {
 public:
  /// All are borrowed.
  Sending(HttpSession& session, PageEnvironment& environment, const PageSettings& settings,
          const CookieJar& cookies, const PreparedRequest& request);

  /// Throws std::bad_alloc.
  [[nodiscard]] Sent run();

 private:
  [[nodiscard]] Answer exchange(uint32_t retry);
  void record(const Answer& answer, int64_t start_unix_ns, uint32_t retry) const;
  /// False: it is not tried again; `answer` says so where the attempt was cancelled meanwhile.
  [[nodiscard]] bool waits_for_retry(Answer& answer, RetryPlan& plan);
  void tell_of_retries(const Sent& sent) const;

  HttpSession& session_;
  PageEnvironment& environment_;
  const PageSettings& settings_;
  const CookieJar& cookies_;
  const PreparedRequest& request_;
  std::string earlier_;  ///< what the tries before came to: "503, no connection"
};

}  // namespace e2e::host
