#pragma once

#include <memory>
#include <string>
#include <vector>

namespace e2e_test {

/// What a request brought to the page server.
struct Received {
  std::string method, target, body;
  std::vector<std::pair<std::string, std::string>> headers;
  [[nodiscard]] std::string header(const std::string& name) const;  ///< the first; "" if there is none
};

/// A real HTTP server (cpp-httplib) on a port of its own on 127.0.0.1, for the page API's tests. Paths:
///   /echo            answers with the request's body and content type
///   /cookies/set     ?name=&value=: sets a cookie, and answers {"set": [name]}
///   /cookies         answers with the cookies that came, as text
///   /flaky           ?name=&fails=N&status=S: answers S to the first N requests of that name, then 200
///   /job             ?name=&after=N: {"state": "done"} at the Nth request of that name, else "running"
class PageServer {
 public:
  PageServer();
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  [[nodiscard]] std::string url() const;
  /// All requests so far, in the order they came.
  [[nodiscard]] std::vector<Received> received() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace e2e_test
