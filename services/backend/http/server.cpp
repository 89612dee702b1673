#include "http/server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include "http/client_stream.hpp"
#include "http/listening_socket.hpp"
#include "http/request_engine.hpp"

namespace demo {
namespace {

// More connections than this wait in the kernel's queue until one ends.
constexpr std::size_t max_connections = 512;

}  // namespace

class Server::Impl {
  struct Connection {
    int socket = -1;
    // Guarded by mutex_.
    bool is_idle = true;  // between requests
    bool has_ended = false;
    std::thread thread;
  };

 public:
  Impl(int port, Handler handler) : listener_(port), engine_(std::move(handler)) {}

  [[nodiscard]] int port() const { return listener_.port(); }

  void start() {
    acceptor_ = std::thread([this] { accept_connections(); });
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
      changed_.notify_all();
    }
    listener_.interrupt();
    if (acceptor_.joinable()) acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const Connection& connection : connections_) {
        if (!connection.has_ended && connection.is_idle) ::shutdown(connection.socket, SHUT_RD);
      }
    }
    for (Connection& connection : connections_) connection.thread.join();
    connections_.clear();
  }

 private:
  void accept_connections() {
    while (true) {
      wait_for_room();
      if (is_stopping_) return;
      const int socket = listener_.accept();
      if (socket >= 0) {
        serve(socket);
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, std::chrono::milliseconds(100));
      } else {
        return;
      }
    }
  }

  // Joins the connections that have ended and returns when there are fewer than the limit.
  void wait_for_room() {
    std::unique_lock lock(mutex_);
    while (true) {
      connections_.remove_if([](Connection& connection) {
        if (connection.has_ended) connection.thread.join();
        return connection.has_ended;
      });
      if (connections_.size() < max_connections || is_stopping_) return;
      changed_.wait(lock);
    }
  }

  void serve(int socket) {
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    try {
      connection.thread = std::thread([this, &connection] { run(connection); });
    } catch (const std::system_error&) {  // no more threads: the client sees the connection closed
      ::close(socket);
      connections_.pop_back();
    }
  }

  void run(Connection& connection) {
    ClientStream stream(connection.socket);
    std::size_t requests = 0;
    while (set_idle(connection, true) && stream.wait_for_request(keep_alive_timeout)) {
      ++requests;
      const bool is_stopping = !set_idle(connection, false);
      if (!engine_.serve_one(stream, is_stopping || requests == keep_alive_max_requests)) break;
    }
    // stop() must not find a socket number that the system has given to someone else.
    const std::lock_guard lock(mutex_);
    ::close(connection.socket);
    connection.has_ended = true;
    changed_.notify_all();
  }

  // False if the server is stopping.
  bool set_idle(Connection& connection, bool is_idle) {
    const std::lock_guard lock(mutex_);
    connection.is_idle = is_idle;
    return !is_stopping_;
  }

  ListeningSocket listener_;
  RequestEngine engine_;
  std::atomic<bool> is_stopping_ = false;
  std::thread acceptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Connection> connections_;
};

Server::Server(int port, Handler handler) : impl_(std::make_unique<Impl>(port, std::move(handler))) {}

Server::~Server() { stop(); }

int Server::port() const { return impl_->port(); }

void Server::start() { impl_->start(); }

void Server::stop() { impl_->stop(); }

}  // namespace demo
