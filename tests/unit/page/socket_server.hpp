#pragma once

#include <string>
#include <utility>

#include "raw_server.hpp"

/// A server of WebSockets that makes each frame by hand (RFC 6455), so that nothing of the client's library
/// judges itself. By path:
///   /echo     sends each message back          /pieces   sends one message in three frames
///   /greets   sends "one", "two", "three"      /ping     pings; sends "ponged" once the pong has come
///   /closes   closes with 4001 "enough" at the first message
///   /breaks   ends the connection without a word at the first message
///   /header   sends the value of the header that the query names
///   /big      sends a message of 100,000 bytes /wrong    sends a frame that is none
///   /silent   never says anything, also to a close
/// and anything else is answered with 404.
class SocketServer {
 public:
  SocketServer();
  std::string url() const { return server_.url(); }
  int port() const { return server_.port(); }

 private:
  RawServer server_;
};
