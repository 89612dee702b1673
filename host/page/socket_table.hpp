#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "page/web_socket.hpp"

namespace e2e::host {

class Page;

/// An open WebSocket, with what it received last.
struct OpenSocket {
  const Page& page;
  std::unique_ptr<WebSocket> socket;
  SocketInput input;
};

/// The WebSockets of all pages of this process, by number: a test may still hold one whose attempt is over,
/// and then holds a number that is nobody's. Any thread; a socket is its page's thread's.
class SocketTable {
 public:
  static SocketTable& of_process();

  /// Under the connection's number, which is above 0.
  void add(uint64_t number, const Page& page, std::unique_ptr<WebSocket> socket);
  /// Null: there is none, or no more.
  OpenSocket* find(uint64_t number);
  void drop(uint64_t number);
  void drop_all_of(const Page& page);

 private:
  std::mutex mutex_;
  std::map<uint64_t, std::unique_ptr<OpenSocket>> sockets_;
};

}  // namespace e2e::host
