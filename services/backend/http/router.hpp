// Finds the handler for a method and a path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace demo {

/// The routes of one service. Filled before the server starts, only read afterwards.
class Router {
 public:
  /// Adds a route. A pattern is literal segments and `{name}` segments, which match one non-empty segment
  /// each:
  /// `/orders/{id}/ship`. A path that some route has literally is not matched by `{name}`.
  void add(std::string method, std::string_view pattern, Handler handler);

  /// Answers a request by its route, and turns what a handler throws into an answer. HEAD is answered as GET,
  /// OPTIONS with the allowed methods. 404 for an unknown path, 405 with `Allow` for a method it has not.
  [[nodiscard]] Response handle(Request request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> segments;
    Handler handler;
  };

  std::vector<Route> routes_;
};

}  // namespace demo
