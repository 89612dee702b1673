// A backend in this process, on free ports, with a clock that stands still until it is told to go on.
#pragma once

#include <httplib.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "backend.hpp"

namespace demo::test {

/// What came back.
struct Answer {
  int status = 0;
  httplib::Headers headers;
  nlohmann::json body;  ///< null if there is none.

  /// The first header of that name, or "".
  [[nodiscard]] std::string header(const std::string& name) const;
};

/// A client of one service, on one keep-alive connection. Used by one thread.
class ServiceClient {
 public:
  explicit ServiceClient(int port);

  Answer get(const std::string& target, const httplib::Headers& headers = {});
  Answer post(const std::string& target, const nlohmann::json& body, const httplib::Headers& headers = {});
  Answer post_text(const std::string& target, const std::string& body, const httplib::Headers& headers = {});
  Answer put(const std::string& target, const nlohmann::json& body);
  Answer patch(const std::string& target, const nlohmann::json& body);
  Answer del(const std::string& target, const httplib::Headers& headers = {});
  Answer options(const std::string& target);
  Answer head(const std::string& target);

 private:
  httplib::Client client_;
};

/// All four services. Stops them when it goes.
class RunningBackend {
 public:
  RunningBackend();

  [[nodiscard]] int port(const std::string& service) const { return backend_->ports().at(service); }
  [[nodiscard]] ServiceClient client(const std::string& service) const {
    return ServiceClient(port(service));
  }
  void advance_clock(std::int64_t ms) { *now_unix_ms_ += ms; }
  Backend& backend() { return *backend_; }

 private:
  std::shared_ptr<std::atomic<std::int64_t>> now_unix_ms_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace demo::test
