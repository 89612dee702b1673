// An HTTP server: a listening socket, a thread that accepts, a thread for each connection.
#pragma once

#include <memory>

#include "http/message.hpp"

namespace demo {

/// Serves one handler on one port of 127.0.0.1.
class Server {
 public:
  /// Listens at once, so that clients can connect; they are answered from start() on. Port 0 takes any free
  /// one. `handler` is called from many threads. Throws std::runtime_error, with a reason, if the port cannot
  /// be had.
  Server(int port, Handler handler);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  /// Stops.
  ~Server();

  [[nodiscard]] int port() const;

  /// Begins to answer. To be called once.
  void start();

  /// Refuses new connections, closes idle ones, lets the requests under way finish, and returns when all
  /// threads have ended. A client that stalls in the middle of a request is waited for, for 5 s. Idempotent.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace demo
