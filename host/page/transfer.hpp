#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/request_options.hpp"
#include "page/body_stream.hpp"
#include "page/exchange.hpp"
#include "page/header_field.hpp"
#include "page/response_headers.hpp"
#include "page/retry_plan.hpp"

namespace e2e::host {

class CookieJar;

/// One request, ready to go. Everything is borrowed for the call; method and headers have been checked.
struct Transfer {
  std::string_view method;
  const std::string& url;
  std::span<const HeaderField> headers;
  std::string_view body;
  int64_t timeout_ms = 0;
  uint64_t max_body_bytes = 0;
  /// Takes and gives cookies, unless there is a cookie header. Null: none are kept.
  const CookieJar* cookies = nullptr;
  /// Null: as they are by default.
  const RequestOptions* options = nullptr;
  BodySource* source = nullptr;  ///< in place of `body`; at its beginning
  BodySink* sink = nullptr;      ///< takes the body of an answer with 2xx

  /// Whether it has a body in memory, which these methods announce even where it is empty.
  [[nodiscard]] bool has_memory_body() const {
    return !body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  }
  [[nodiscard]] bool has_body() const { return source != nullptr ? source->size() != 0 : !body.empty(); }
  /// -1: not known.
  [[nodiscard]] int64_t body_bytes() const {
    return source != nullptr ? source->size() : static_cast<int64_t>(body.size());
  }
};

/// What came of it.
struct Answer {
  enum class Ending { answered, failed, cancelled };

  Ending ending = Ending::failed;
  TryResult::Kind kind = TryResult::Kind::other;  ///< if failed: how
  int status = 0;                                 ///< of the last status line that came; 0: none did
  std::string error;                              ///< empty if answered
  ResponseHeaders headers;
  /// What came of the body, if failed; its beginning, if a sink took it. Null: nothing.
  std::shared_ptr<const std::string> shared_body;
  uint64_t body_bytes = 0;        ///< all that came, unpacked
  std::string body_sha256;        ///< if a sink took it
  std::string_view http_version;  ///< "1.1", "2"; empty: nothing came
  Timings timings;                ///< without blocked_ns

  [[nodiscard]] std::string_view body() const noexcept {
    return shared_body ? std::string_view(*shared_body) : std::string_view();
  }
};

}  // namespace e2e::host
