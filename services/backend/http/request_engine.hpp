// HTTP/1.1 on one connection, by cpp-httplib: parses a request, has it answered, writes the response.
#pragma once

#include <httplib.h>

#include <chrono>
#include <cstddef>

#include "http/client_stream.hpp"
#include "http/message.hpp"

namespace demo {

/// How long a connection stays open without a request.
inline constexpr std::chrono::seconds keep_alive_timeout{30};
/// How many requests a connection is good for.
inline constexpr std::size_t keep_alive_max_requests = 100'000;
/// The largest request body, decompressed; more is answered with 413.
inline constexpr std::size_t max_body_bytes = 1024 * 1024;

/// cpp-httplib's parser and writer without its sockets and threads. Its own connection loop polls an idle
/// connection every 11 ms and sleeps for 1 ms of them, holds a pool thread for each, and keeps stop() waiting
/// until the last idle client has gone.
class RequestEngine : private httplib::Server {
 public:
  explicit RequestEngine(demo::Handler handler);

  /// Reads one request from the stream and sends the answer. `is_last` tells the client that the connection
  /// ends. False: close the connection. From many threads, each with its own stream.
  bool serve_one(ClientStream& stream, bool is_last);

 private:
  void answer(const httplib::Request& from, httplib::Response& to, std::string body) const;
  void answer_with_body(const httplib::Request& from, httplib::Response& to,
                        const httplib::ContentReader& reader) const;

  demo::Handler handler_;
};

}  // namespace demo
