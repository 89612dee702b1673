#include "page/response.hpp"

#include <utility>

#include "page/json_document.hpp"

namespace e2e::host {

Response::Response(Page& page, size_t index, std::string method, std::string url, Sent sent)
    : page_(page),
      index_(index),
      method_(std::move(method)),
      url_(std::move(url)),
      answer_(std::move(sent.answer)),
      retries_(std::to_string(sent.retries)) {}

Response::~Response() = default;

std::string_view Response::fact(std::string_view name) const noexcept {
  return name == "retries" ? std::string_view(retries_) : std::string_view();
}

const JsonValue* Response::json() {
  if (!is_json_parsed_) {
    if (answer_.error.empty()) {
      json_ = JsonDocument::parse(answer_.body, json_error_);
    } else {
      json_error_ = "there is no answer: " + answer_.error;
    }
    is_json_parsed_ = true;
  }
  return json_ ? &json_->root() : nullptr;
}

}  // namespace e2e::host
