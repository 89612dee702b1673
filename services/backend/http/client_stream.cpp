#include "http/client_stream.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace demo {
namespace {

constexpr std::chrono::milliseconds io_timeout{5000};
constexpr std::size_t input_buffer_bytes = 16 * 1024;
// A response larger than this is sent in parts.
constexpr std::size_t output_buffer_bytes = 256 * 1024;
// A body over the limit is read to its end, so that the client gets to see the 413; but not for ever.
constexpr std::size_t max_request_bytes = 64 * 1024 * 1024;

bool wait_until_ready(int socket, short events, std::chrono::milliseconds timeout) {
  pollfd entry{socket, events, 0};
  while (true) {
    const int ready = ::poll(&entry, 1, static_cast<int>(timeout.count()));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) return false;
  }
}

void describe(int (*name_of)(int, sockaddr*, socklen_t*), int socket, std::string& ip, int& port) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  char text[INET_ADDRSTRLEN] = {};
  if (name_of(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text) == nullptr) return;
  ip = text;
  port = ntohs(address.sin_port);
}

int peer_name(int socket, sockaddr* address, socklen_t* size) { return ::getpeername(socket, address, size); }
int own_name(int socket, sockaddr* address, socklen_t* size) { return ::getsockname(socket, address, size); }

}  // namespace

ClientStream::ClientStream(int socket) : socket_(socket), input_(input_buffer_bytes) {}

bool ClientStream::wait_for_request(std::chrono::milliseconds timeout) {
  return input_begin_ < input_end_ || wait_until_ready(socket_, POLLIN, timeout);
}

void ClientStream::begin_request() { request_bytes_ = 0; }

bool ClientStream::flush() {
  std::size_t sent = 0;
  while (sent < output_.size()) {
    const ssize_t count =
        ::send(socket_, output_.data() + sent, output_.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!wait_until_ready(socket_, POLLOUT, io_timeout)) break;
    } else if (errno != EINTR) {
      break;
    }
  }
  if (sent < output_.size()) is_in_sync_ = false;
  output_.clear();
  return is_in_sync_;
}

bool ClientStream::is_readable() const {
  return input_begin_ < input_end_ || wait_until_ready(socket_, POLLIN, io_timeout);
}

bool ClientStream::is_writable() const { return is_in_sync_; }

bool ClientStream::fill() {
  if (!flush() || !wait_until_ready(socket_, POLLIN, io_timeout)) return false;
  ssize_t count = 0;
  do {
    count = ::recv(socket_, input_.data(), input_.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  input_begin_ = 0;
  input_end_ = static_cast<std::size_t>(count);
  return true;
}

ssize_t ClientStream::read(char* data, std::size_t size) {
  if (request_bytes_ >= max_request_bytes || (input_begin_ == input_end_ && !fill())) {
    is_in_sync_ = false;
    return -1;
  }
  const std::size_t count = std::min(size, input_end_ - input_begin_);
  std::memcpy(data, input_.data() + input_begin_, count);
  input_begin_ += count;
  request_bytes_ += count;
  return static_cast<ssize_t>(count);
}

ssize_t ClientStream::write(const char* data, std::size_t size) {
  output_.append(data, size);
  if (output_.size() >= output_buffer_bytes && !flush()) return -1;
  return static_cast<ssize_t>(size);
}

void ClientStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  describe(peer_name, socket_, ip, port);
}

void ClientStream::get_local_ip_and_port(std::string& ip, int& port) const {
  describe(own_name, socket_, ip, port);
}

}  // namespace demo
