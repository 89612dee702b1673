#include "http/listening_socket.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

namespace demo {

ListeningSocket::ListeningSocket(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  // cpp-httplib's own way sets SO_REUSEPORT, with which two backends share a port without noticing, and has a
  // backlog of 5, beyond which a burst of connections waits a second for its SYNs to be sent again.
  const int on = 1;
  if (socket_ < 0 || ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket_, name, size) != 0 || ::listen(socket_, SOMAXCONN) != 0 ||
      ::getsockname(socket_, name, &size) != 0) {
    const int reason = errno;
    if (socket_ >= 0) ::close(socket_);
    throw std::runtime_error(
        fmt::format("cannot listen on 127.0.0.1:{}: {}", port, std::generic_category().message(reason)));
  }
  port_ = ntohs(address.sin_port);
}

ListeningSocket::~ListeningSocket() { ::close(socket_); }

int ListeningSocket::accept() const {
  int connection = -1;
  do {
    connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
  } while (connection < 0 && (errno == EINTR || errno == ECONNABORTED));
  const int on = 1;
  if (connection >= 0) ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return connection;
}

void ListeningSocket::interrupt() const { ::shutdown(socket_, SHUT_RDWR); }

}  // namespace demo
