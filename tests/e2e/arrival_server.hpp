#pragma once

#include <fcntl.h>
#include <poll.h>

#include <chrono>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "loopback_listener.hpp"

namespace e2e_test {

/// An HTTP server that notes when each request arrived.
class ArrivalServer {
 public:
  using Clock = std::chrono::steady_clock;
  /// Status line and headers of the answer to a request, by its number: 0, 1, ... Ends each with \r\n.
  using Answer = std::function<std::string(size_t number)>;

  explicit ArrivalServer(Answer answer = [](size_t) { return "HTTP/1.1 200 OK\r\n"; })
      : answer_(std::move(answer)) {
    if (::pipe2(stop_, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    thread_ = std::thread([this] { serve(); });
  }
  ~ArrivalServer() {
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
  }
  ArrivalServer(const ArrivalServer&) = delete;
  ArrivalServer& operator=(const ArrivalServer&) = delete;

  [[nodiscard]] std::string url() const { return listener_.url(); }
  /// In order.
  [[nodiscard]] std::vector<Clock::time_point> arrivals() const {
    const std::lock_guard lock(mutex_);
    return arrivals_;
  }

 private:
  struct Connection {
    int fd;
    std::string received;
  };

  void serve() {
    std::vector<Connection> open;
    while (true) {
      std::vector<pollfd> watched = {{stop_[0], POLLIN, 0}, {listener_.socket(), POLLIN, 0}};
      for (const auto& connection : open) watched.push_back({connection.fd, POLLIN, 0});
      ::poll(watched.data(), watched.size(), -1);
      if (watched[0].revents != 0) break;
      for (size_t i = open.size(); i-- > 0;)
        if (watched[i + 2].revents != 0 && !serve(open[i])) {
          ::close(open[i].fd);
          open.erase(open.begin() + static_cast<std::ptrdiff_t>(i));
        }
      if (watched[1].revents != 0)
        open.push_back({::accept4(listener_.socket(), nullptr, nullptr, SOCK_CLOEXEC), {}});
    }
    for (const auto& connection : open) ::close(connection.fd);
  }

  bool serve(Connection& connection) {
    char bytes[4096];
    const ssize_t n = ::recv(connection.fd, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    connection.received.append(bytes, static_cast<size_t>(n));
    size_t end = 0;
    while ((end = connection.received.find("\r\n\r\n")) != std::string::npos) {
      connection.received.erase(0, end + 4);
      const std::string response = answer_(note_arrival()) + "content-length: 0\r\n\r\n";
      ::send(connection.fd, response.data(), response.size(), MSG_NOSIGNAL);
    }
    return true;
  }

  size_t note_arrival() {
    const std::lock_guard lock(mutex_);
    arrivals_.push_back(Clock::now());
    return arrivals_.size() - 1;
  }

  const Answer answer_;
  LoopbackListener listener_;
  int stop_[2] = {-1, -1};
  mutable std::mutex mutex_;
  std::vector<Clock::time_point> arrivals_;
  std::thread thread_;
};

}  // namespace e2e_test
