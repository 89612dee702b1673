#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace e2e::host {

FdPair make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

FdPair make_socket_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

void set_nonblocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "fcntl");
}

namespace {

template <typename Write>
bool go_on_writing(const void* data, size_t size, Write write) noexcept {
  const char* rest = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t n = write(rest, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    rest += n;
    size -= static_cast<size_t>(n);
  }
  return true;
}

}  // namespace

bool write_all(int fd, const void* data, size_t size) noexcept {
  return go_on_writing(data, size, [fd](const char* rest, size_t left) { return ::write(fd, rest, left); });
}

bool send_all(int socket, const void* data, size_t size) noexcept {
  return go_on_writing(data, size, [socket](const char* rest, size_t left) {
    return ::send(socket, rest, left, MSG_NOSIGNAL);
  });
}

}  // namespace e2e::host
