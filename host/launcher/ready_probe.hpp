#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace e2e::host {

/// Where a managed service is to be reached.
struct ServiceAddress {
  std::string host, port_text;
  uint16_t port = 0;
  std::string path;  ///< of base_url, without a '/' at its end

  /// Of an http(s) URL that base_url_problem() has nothing against.
  static ServiceAddress of(std::string_view base_url);
};

/// Looks once whether a service is ready: whether it accepts a connection, and where a path is asked for,
/// answers a GET of it with 2xx.
class ReadyProbe : public std::enable_shared_from_this<ReadyProbe> {
 public:
  /// Called once, not from start(): empty if it is ready, else why not: "connection refused".
  using Done = std::function<void(const std::string& why_not)>;

  /// Starts a look that ends after `limit_ms`. `path` is empty, or from '/'. It lives until it has called
  /// `done`, or cancel() was called, which keeps it from that.
  static std::shared_ptr<ReadyProbe> start(boost::asio::io_context& loop, const ServiceAddress& address,
                                           const std::string& path, int64_t limit_ms, Done done);
  void cancel();

  explicit ReadyProbe(boost::asio::io_context& loop) : resolver_(loop), socket_(loop), limit_(loop) {}

 private:
  void connect(const ServiceAddress& address, const std::string& path);
  void ask(const std::string& request);
  void read_answer();
  /// Whether the status line is there; then finishes.
  bool judge_answer();
  void finish(const std::string& why_not);

  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer limit_;
  std::string request_, answer_;
  char bytes_[1024];
  Done done_;
};

}  // namespace e2e::host
