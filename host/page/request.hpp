#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "base/request_options.hpp"
#include "page/header_field.hpp"

namespace e2e::host {

/// A query parameter, not yet encoded.
struct QueryParameter {
  std::string_view name;
  std::string_view value;
};

/// A request as a test asks for it. Everything is borrowed for the call.
struct Request {
  std::string_view method;
  /// A path, joined to the service's base_url, or a whole http(s) URL.
  std::string_view target;
  std::vector<HeaderField> headers;
  std::vector<QueryParameter> query;
  std::string_view body;
  int64_t timeout_ms = 0;  ///< of the whole exchange; 0: the page's
  /// Key and value, as set_request_option() takes them; over those of the page.
  std::vector<std::pair<std::string_view, std::string_view>> options = {};
};

/// Thrown where a request can't be sent as asked; what() is the sentence for the test's author.
class RequestRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace e2e::host
