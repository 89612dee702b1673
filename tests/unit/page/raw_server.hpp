#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A request as its bytes came in.
struct ReceivedRequest {
  std::string head;  ///< request line and headers, with the empty line
  std::string body;  ///< by content-length

  std::string line() const { return head.substr(0, head.find("\r\n")); }
  /// The values of all headers of that name (lower case compared), joined by "|"; nothing if there is none.
  std::optional<std::string> header(std::string_view name) const;
};

/// The server's side of one connection.
class RawConnection {
 public:
  explicit RawConnection(int fd) : fd_(fd) {}

  /// The next request, once all of it is here; nothing once the client has closed.
  std::optional<ReceivedRequest> read_request();
  /// The next bytes, as they come; empty once the client has closed.
  std::string read_some();
  /// Sends exactly these bytes; false once the client has gone.
  bool send(std::string_view bytes);
  /// True if the client closes within that time.
  bool is_closed_within(int timeout_ms);
  /// Reads and drops everything until the client has closed.
  void await_close();
  /// Reads nothing and waits until the connection is over, at the latest when the server ends.
  void hold_unread();
  /// Closes with a reset instead of an end.
  void reset();

 private:
  int fd_;
  std::string pending_;
};

/// A server on a port of its own of 127.0.0.1 that answers exact bytes, each connection on a thread.
class RawServer {
 public:
  using Handler = std::function<void(RawConnection&)>;

  /// `handler` runs once for each connection; the connection closes when it returns.
  explicit RawServer(Handler handler);
  /// Answers each request of each connection with the same bytes, and keeps the requests.
  explicit RawServer(std::string answer);
  /// Ends every connection and waits for the threads.
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return "http://" + address(); }
  int accepted() const { return accepted_; }
  ReceivedRequest last_request() const;

 private:
  void listen_and_start();
  void accept_all();
  void answer_all(RawConnection& connection, const std::string& answer);

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> accepted_{0};
  mutable std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> connections_;
  std::vector<ReceivedRequest> requests_;
  std::thread acceptor_;
};

/// A port of 127.0.0.1 on which nobody listens.
int unused_port();

/// "HTTP/1.1 200 OK" with that body and its length.
std::string ok_answer(std::string_view body, std::string_view more_headers = "");
