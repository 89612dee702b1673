// What a handler gets and gives: HTTP messages as plain values, without the HTTP library's types.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace demo {

/// Orders header names without regard to the case of ASCII letters.
struct HeaderNameLess {
  bool operator()(const std::string& left, const std::string& right) const;
};

/// A request, read completely.
struct Request {
  std::string method;
  std::string path;  ///< Percent-decoded, without the query.
  std::multimap<std::string, std::string, HeaderNameLess> headers;
  std::multimap<std::string, std::string> query;       ///< Percent-decoded.
  std::map<std::string, std::string> path_parameters;  ///< Set by the Router: what `{name}` stood for.
  std::string body;

  /// The first header of that name, or nothing.
  [[nodiscard]] std::optional<std::string> header(const std::string& name) const;
  /// The first query parameter of that name, or nothing.
  [[nodiscard]] std::optional<std::string> query_value(const std::string& name) const;
};

/// An answer. `Content-Length` and the connection's headers are the server's business.
struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  ///< JSON, or empty.

  /// Adds a header and returns this response, so that it can be built in one expression.
  Response&& with_header(std::string name, std::string value) &&;
};

/// Answers a request. Called from many threads at once. What it throws is answered with 500.
using Handler = std::function<Response(const Request&)>;

/// Thrown by a handler to answer with an error from wherever it is noticed.
class HttpError {
 public:
  explicit HttpError(Response response) : response_(std::move(response)) {}
  [[nodiscard]] const Response& response() const { return response_; }

 private:
  Response response_;
};

/// Percent-encodes everything but RFC 3986's unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace demo
