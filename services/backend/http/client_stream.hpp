// The bytes of one accepted connection, as cpp-httplib reads and writes them.
#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace demo {

/// A buffered stream over a connected socket, which it does not own. Used by one thread.
///
/// What is written is collected and sent when the request has been answered, or before the stream waits for
/// more input: a response leaves in one packet, so neither Nagle's algorithm nor a delayed ACK ever holds one
/// back.
class ClientStream final : public httplib::Stream {
 public:
  explicit ClientStream(int socket);

  /// Waits up to `timeout` for the first byte of a request. False when it does not come, or never will.
  bool wait_for_request(std::chrono::milliseconds timeout);

  /// Starts to count the bytes of a request anew.
  void begin_request();

  /// Sends what was written. False if the peer is gone or does not read.
  bool flush();

  /// Says that what follows on the connection cannot be read as a request.
  void give_up() { is_in_sync_ = false; }
  /// False once a read or a write has failed or give_up() was called: close the connection.
  [[nodiscard]] bool is_in_sync() const { return is_in_sync_; }

  [[nodiscard]] bool is_readable() const override;
  [[nodiscard]] bool is_writable() const override;
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  [[nodiscard]] socket_t socket() const override { return socket_; }

 private:
  bool fill();

  int socket_;
  bool is_in_sync_ = true;
  std::size_t request_bytes_ = 0;
  std::vector<char> input_;
  std::size_t input_begin_ = 0;
  std::size_t input_end_ = 0;
  std::string output_;
};

}  // namespace demo
