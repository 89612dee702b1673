#pragma once

#include <unistd.h>

#include <utility>

namespace e2e::host {

/// Owns a file descriptor; closes it at the end of its life. Empty: -1.
class UniqueFd {
 public:
  UniqueFd() noexcept = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(std::exchange(other.fd_, -1));
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  /// Gives up ownership.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  void reset(int fd = -1) noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

/// Two ends: of a pipe (first reads, second writes) or of a socket pair.
struct FdPair {
  UniqueFd first, second;
};

/// A close-on-exec pipe. Throws std::system_error, as when descriptors run out.
FdPair make_pipe();
/// A connected pair of close-on-exec stream sockets. Throws std::system_error.
FdPair make_socket_pair();
/// Makes reads and writes of this open file return EAGAIN instead of waiting. Throws std::system_error.
void set_nonblocking(int fd);

/// Writes all of it, going on after EINTR. False with errno set if it can't.
bool write_all(int fd, const void* data, size_t size) noexcept;
/// The same for a socket; never raises SIGPIPE.
bool send_all(int socket, const void* data, size_t size) noexcept;

}  // namespace e2e::host
