#pragma once

#include <e2e/ext/page.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "page/sending.hpp"

namespace e2e::host {

class JsonDocument;
class JsonValue;
class Page;

/// What a plugin holds as e2e_response: an answer, or why there is none. Owned by its page.
class Response {
 public:
  Response(Page& page, size_t index, Sent sent);
  ~Response();
  Response(const Response&) = delete;
  Response& operator=(const Response&) = delete;

  [[nodiscard]] e2e_response* handle() noexcept { return reinterpret_cast<e2e_response*>(this); }
  [[nodiscard]] static Response* from(e2e_response* handle) noexcept {
    return reinterpret_cast<Response*>(handle);
  }
  [[nodiscard]] static const Response* from(const e2e_response* handle) noexcept {
    return reinterpret_cast<const Response*>(handle);
  }

  /// 0 if no whole answer came.
  [[nodiscard]] int status() const noexcept { return answer_.error.empty() ? answer_.status : 0; }
  [[nodiscard]] std::string_view error() const noexcept { return answer_.error; }
  [[nodiscard]] std::string_view method() const noexcept { return method_; }
  /// As it was sent.
  [[nodiscard]] std::string_view url() const noexcept { return url_; }
  /// With an error: what came of it.
  [[nodiscard]] std::string_view body() const noexcept { return answer_.body(); }
  [[nodiscard]] const ResponseHeaders& headers() const noexcept { return answer_.headers; }
  [[nodiscard]] const Timings& timings() const noexcept { return answer_.timings; }

  /// What e2e_http_v1::fact() answers; borrowed.
  [[nodiscard]] std::string_view fact(std::string_view name) const noexcept;

  /// The body's JSON, parsed at the first call; null if it is none, json_error() then says why.
  /// Throws std::bad_alloc.
  [[nodiscard]] const JsonValue* json();
  [[nodiscard]] std::string_view json_error() const noexcept { return json_error_; }

 private:
  friend class Page;

  Page& page_;
  size_t index_;  // its place among the page's responses
  std::string method_;
  std::string url_;
  Answer answer_;
  std::string retries_, redirects_, body_bytes_;  // as text
  bool is_json_parsed_ = false;
  std::unique_ptr<JsonDocument> json_;
  std::string json_error_;
};

}  // namespace e2e::host
