#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/request_options.hpp"
#include "page/exchange.hpp"
#include "page/header_field.hpp"

namespace e2e::host {

class PageEnvironment;

/// What a WebSocket is opened with. Everything is borrowed for the call.
struct SocketOpening {
  const std::string& url;                   ///< http(s)
  const std::vector<HeaderField>& headers;  ///< besides those of the protocol
  const RequestOptions& options;            ///< how to connect, and the size of a message
  int64_t timeout_ms = 0;                   ///< until it is open
};

/// What became of a call.
struct SocketResult {
  enum class End { done, out_of_time, failed, cancelled };
  End end = End::done;
  std::string problem;  ///< a sentence, unless `done` or `cancelled`
};

/// What came over a WebSocket.
struct SocketInput {
  MessageKind kind = MessageKind::text;
  std::string bytes;  ///< of a close: the reason
  uint16_t close_code = 0;
};

/// A client's end of a WebSocket (RFC 6455). Connects as requests do: libcurl knows proxies, certificates and
/// unix sockets; Boost.Beast speaks the protocol over it. Tells the environment of each message. One thread.
class WebSocket {
 public:
  static constexpr uint64_t max_message_bytes = 64u << 20;

  /// `connection`: its number among those of the process. `environment` outlives it.
  WebSocket(uint64_t connection, PageEnvironment& environment);
  /// Drops the connection, without a word to the other side.
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  /// Connects and shakes hands. Fills in the exchange but for its method, URL, start and blocked_ns; its
  /// headers are as they went, secrets and all. Once. Throws std::bad_alloc, as do the others.
  SocketResult open(const SocketOpening& opening, Exchange& exchange);
  /// text or binary.
  SocketResult send(MessageKind kind, std::string_view bytes, int64_t timeout_ms);
  /// `out_of_time`: nothing came, and it may be asked again.
  SocketResult receive(SocketInput& input, int64_t timeout_ms);
  SocketResult close(uint16_t code, std::string_view reason, int64_t timeout_ms);

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace e2e::host
