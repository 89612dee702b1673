#include "page/response.hpp"

#include <utility>

#include "page/json_document.hpp"

namespace e2e::host {

Response::Response(Page& page, size_t index, std::string method, std::string url, Answer answer)
    : page_(page),
      index_(index),
      method_(std::move(method)),
      url_(std::move(url)),
      answer_(std::move(answer)) {}

Response::~Response() = default;

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
