#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace e2e::host {

/// When a request that did not go well is sent again. Nothing is, unless somebody asks for it.
struct RetryOptions {
  static constexpr uint32_t max_retries = 20;

  uint32_t retries = 0;    ///< after the first try
  bool on_connect = true;  ///< no connection came about
  bool on_timeout = true;  ///< no whole answer within the request's timeout
  bool on_broken = false;  ///< the connection ended before the answer was whole
  std::vector<int> on_status = {429, 502, 503, 504};
  bool has_all_methods = false;   ///< false: GET, HEAD, OPTIONS, TRACE, PUT, DELETE (RFC 9110, 9.2.2)
  int64_t delay_ms = 100;         ///< the first pause is 0 to this; each further one up to twice as long
  int64_t max_delay_ms = 10'000;  ///< no pause is longer; a Retry-After that is, is not waited for
};

/// How a request is sent, beyond what it says.
struct RequestOptions {
  RetryOptions retry;
};

/// An option's name, and what it is where nobody says anything, both as text.
struct RequestOptionName {
  std::string_view key;
  std::string_view initial;
};

/// All there are, in the order of the documentation. The same ones serve `requests:` in e2e.conf, a page and
/// a single request, where the later of these wins.
[[nodiscard]] const std::vector<RequestOptionName>& request_option_names();

/// Sets one option from text. Empty, or what the value must be ("must be from 0 to 20"); `options` is then as
/// it was. The key is one of request_option_names(); any other is a broken promise of the caller's: see
/// is_request_option().
[[nodiscard]] std::string set_request_option(RequestOptions& options, std::string_view key,
                                             std::string_view value);

[[nodiscard]] bool is_request_option(std::string_view key);

}  // namespace e2e::host
