#include "page/response.hpp"

#include <string>
#include <utility>

#include "page/json_document.hpp"

namespace e2e::host {

Response::Response(Page& page, size_t index, Sent sent)
    : page_(page),
      index_(index),
      method_(sent.method),
      url_(std::move(sent.url)),
      answer_(std::move(sent.answer)),
      retries_(std::to_string(sent.retries)),
      redirects_(std::to_string(sent.redirects)),
      body_bytes_(std::to_string(answer_.body_bytes)) {}

Response::~Response() = default;

std::string_view Response::fact(std::string_view name) const noexcept {
  if (name == "retries") return retries_;
  if (name == "redirects") return redirects_;
  if (name == "http_version") return answer_.http_version;
  if (name == "body_bytes") return body_bytes_;
  if (name == "body_sha256") return answer_.body_sha256;
  return {};
}

const JsonValue* Response::json() {
  if (!is_json_parsed_) {
    if (answer_.error.empty()) {
      json_ = JsonDocument::parse(answer_.body(), json_error_);
    } else {
      json_error_ = "there is no answer: " + answer_.error;
    }
    is_json_parsed_ = true;
  }
  return json_ ? &json_->root() : nullptr;
}

}  // namespace e2e::host
