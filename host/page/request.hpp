#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "base/request_options.hpp"
#include "page/body_sources.hpp"
#include "page/header_field.hpp"

namespace e2e::host {

/// A query parameter, not yet encoded.
struct QueryParameter {
  std::string_view name;
  std::string_view value;
};

/// A part of a multipart/form-data body.
struct RequestPart {
  std::string_view name;
  std::string_view file_name;     ///< empty: it is no file
  std::string_view content_type;  ///< empty: none is said
  std::string_view bytes;
  std::string_view path;  ///< of a file whose content is sent in place of `bytes`; empty: none
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
  // At most one of these, in place of `body`:
  std::vector<RequestPart> parts = {};
  std::string_view body_file = {};  ///< path
  FunctionBody::Read body_function = {};
  int64_t body_function_size = -1;           ///< -1: not known
  FunctionSink::Write answer_function = {};  ///< takes the body of an answer with 2xx
};

/// Thrown where a request can't be sent as asked; what() is the sentence for the test's author.
class RequestRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace e2e::host
