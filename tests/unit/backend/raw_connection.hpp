// A TCP connection that sends bytes as they are, for what an HTTP client would not send.
#pragma once

#include <string>
#include <string_view>

namespace demo::test {

/// Reads give up after 10 s, with what has come by then.
class RawConnection {
 public:
  explicit RawConnection(int port);
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection();

  void send(std::string_view bytes) const;
  /// Reads one response: its head and as much body as its Content-Length says.
  std::string read_response();
  /// True once the server has closed the connection with nothing more sent.
  bool is_closed_by_server();

 private:
  bool receive();

  int socket_;
  std::string received_;
};

}  // namespace demo::test
