#include "raw_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace demo::test {

RawConnection::RawConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval timeout{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("cannot connect");
  }
}

RawConnection::~RawConnection() { ::close(socket_); }

void RawConnection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("cannot send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawConnection::receive() {
  char buffer[4096];
  const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
  if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
  return count > 0;
}

std::string RawConnection::read_response() {
  static constexpr std::string_view end_of_head = "\r\n\r\n";
  static constexpr std::string_view length_name = "Content-Length: ";
  while (received_.find(end_of_head) == std::string::npos) {
    if (!receive()) return std::move(received_);
  }
  const std::size_t head = received_.find(end_of_head) + end_of_head.size();
  const std::size_t length_at = received_.find(length_name);
  const std::size_t body =
      length_at < head ? std::stoul(received_.substr(length_at + length_name.size())) : 0;
  while (received_.size() < head + body) {
    if (!receive()) return std::move(received_);
  }
  std::string response = received_.substr(0, head + body);
  received_.erase(0, head + body);
  return response;
}

bool RawConnection::is_closed_by_server() {
  char byte = 0;
  return received_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
}

}  // namespace demo::test
