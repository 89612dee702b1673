// A TCP socket that listens on the loopback interface.
#pragma once

namespace demo {

/// Owns a listening socket on 127.0.0.1.
class ListeningSocket {
 public:
  /// Listens on `port`; 0 takes any free one. The socket is not shared with other processes: a port that is
  /// taken is an error. Throws std::runtime_error with "cannot listen on 127.0.0.1:8081: reason".
  explicit ListeningSocket(int port);
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;
  ~ListeningSocket();

  [[nodiscard]] int port() const { return port_; }

  /// Waits for a connection and returns its socket, which the caller owns; TCP_NODELAY is set. Negative:
  /// errno is the reason, EINVAL after interrupt().
  [[nodiscard]] int accept() const;

  /// Makes accept() fail, now and later. From any thread.
  void interrupt() const;

 private:
  int socket_;
  int port_ = 0;
};

}  // namespace demo
