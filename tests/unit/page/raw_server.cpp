#include "raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return result;
}

void require(bool worked, const char* what) {
  if (!worked) throw std::system_error(errno, std::generic_category(), what);
}

/// A socket bound to a free port of 127.0.0.1, and the port.
std::pair<int, int> bound_socket() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(fd >= 0, "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  require(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0, "bind");
  require(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  return {fd, ntohs(address.sin_port)};
}

}  // namespace

std::optional<std::string> ReceivedRequest::header(std::string_view name) const {
  std::optional<std::string> values;
  for (size_t at = head.find("\r\n"); at != std::string::npos && at + 2 < head.size();
       at = head.find("\r\n", at + 2)) {
    const std::string one = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    const size_t colon = one.find(':');
    if (colon == std::string::npos || lower(one.substr(0, colon)) != lower(name)) continue;
    const size_t begin = std::min(one.find_first_not_of(' ', colon + 1), one.size());
    values = values ? *values + "|" + one.substr(begin) : one.substr(begin);
  }
  return values;
}

std::optional<ReceivedRequest> RawConnection::read_request() {
  const auto receive = [this] {
    char buffer[16384];
    const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
    if (count > 0) pending_.append(buffer, static_cast<size_t>(count));
    return count > 0;
  };
  size_t head_end = 0;
  while ((head_end = pending_.find("\r\n\r\n")) == std::string::npos) {
    if (!receive()) return std::nullopt;
  }
  ReceivedRequest request;
  request.head = pending_.substr(0, head_end + 4);
  const size_t length = std::stoul(request.header("content-length").value_or("0"));
  while (pending_.size() < request.head.size() + length) {
    if (!receive()) return std::nullopt;
  }
  request.body = pending_.substr(request.head.size(), length);
  pending_.erase(0, request.head.size() + length);
  return request;
}

std::string RawConnection::read_some() {
  if (!pending_.empty()) return std::exchange(pending_, {});
  char buffer[16384];
  const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
  return std::string(buffer, static_cast<size_t>(std::max<ssize_t>(0, count)));
}

bool RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

bool RawConnection::is_closed_within(int timeout_ms) {
  pollfd wait{fd_, POLLIN, 0};
  char byte;
  return ::poll(&wait, 1, timeout_ms) == 1 && ::recv(fd_, &byte, 1, MSG_PEEK) <= 0;
}

void RawConnection::await_close() {
  char buffer[16384];
  while (::recv(fd_, buffer, sizeof buffer, 0) > 0) {
  }
}

void RawConnection::hold_unread() {
  pollfd wait{fd_, POLLRDHUP, 0};
  ::poll(&wait, 1, -1);
}

void RawConnection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) { listen_and_start(); }

RawServer::RawServer(std::string answer)
    : handler_([this, answer](RawConnection& connection) { answer_all(connection, answer); }) {
  listen_and_start();
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& connection : connections_) connection.join();
}

ReceivedRequest RawServer::last_request() const {
  const std::lock_guard lock(mutex_);
  if (requests_.empty()) throw std::logic_error("the server has seen no request");
  return requests_.back();
}

void RawServer::listen_and_start() {
  std::tie(listener_, port_) = bound_socket();
  require(::listen(listener_, 64) == 0, "listen");
  acceptor_ = std::thread([this] { accept_all(); });
}

void RawServer::accept_all() {
  for (;;) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++accepted_;
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    connections_.emplace_back([this, fd] {
      RawConnection connection(fd);
      handler_(connection);
      const std::lock_guard closing(mutex_);
      std::erase(open_, fd);
      ::close(fd);
    });
  }
}

void RawServer::answer_all(RawConnection& connection, const std::string& answer) {
  while (auto request = connection.read_request()) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    if (!connection.send(answer)) return;
  }
}

int unused_port() {
  const auto [fd, port] = bound_socket();
  ::close(fd);
  return port;
}

std::string ok_answer(std::string_view body, std::string_view more_headers) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}
