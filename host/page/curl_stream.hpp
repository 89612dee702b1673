#pragma once

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "page/curl_library.hpp"

namespace e2e::host {

/// A connection that libcurl made, as a stream of Boost.Asio: proxies, TLS and unix sockets are libcurl's
/// affair.
class CurlStream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using Error = boost::system::error_code;
  using Socket = boost::asio::posix::basic_stream_descriptor<executor_type>;

  /// `easy` has connected, with CURLOPT_CONNECT_ONLY. Throws boost::system::system_error.
  CurlStream(boost::asio::io_context& loop, CURL* easy);

  executor_type get_executor() noexcept { return socket_.get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(Error, size_t)>(Transfer<Buffers, true>{*this, buffers},
                                                                  token, socket_);
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_compose<Token, void(Error, size_t)>(Transfer<Buffers, false>{*this, buffers},
                                                                  token, socket_);
  }

  /// Nothing more comes or goes.
  void shut_down() noexcept;

 private:
  struct Moved {
    Error error;
    size_t bytes = 0;
  };
  Moved receive(void* to, size_t size) noexcept;
  Moved send(const void* from, size_t size) noexcept;
  static Moved moved(CURLcode code, size_t bytes, bool is_reading) noexcept;

  /// Reads or writes what it can at once; waits for the socket only where that is nothing.
  template <class Buffers, bool is_reading>
  struct Transfer {
    CurlStream& stream;
    Buffers buffers;
    enum class State { begun, waiting, moved } state = State::begun;
    Moved result = {};

    template <class Self>
    void operator()(Self& self, Error error = {}) {
      namespace asio = boost::asio;
      if (state == State::moved) return self.complete(result.error, result.bytes);
      if (error) return self.complete(error, 0);
      result = move_some();
      if (result.error == asio::error::would_block) {
        state = State::waiting;
        constexpr auto way = is_reading ? Socket::wait_read : Socket::wait_write;
        return stream.socket_.async_wait(way, std::move(self));
      }
      if (state == State::waiting) return self.complete(result.error, result.bytes);
      // Nothing may be completed within the call that began it.
      state = State::moved;
      auto& socket = stream.socket_;
      asio::post(socket.get_executor(), std::move(self));
    }

   private:
    Moved move_some() noexcept {
      const auto end = boost::asio::buffer_sequence_end(buffers);
      for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
        if constexpr (is_reading) {
          const boost::asio::mutable_buffer piece(*at);
          if (piece.size() > 0) return stream.receive(piece.data(), piece.size());
        } else {
          const boost::asio::const_buffer piece(*at);
          if (piece.size() > 0) return stream.send(piece.data(), piece.size());
        }
      }
      return {};
    }
  };

  CURL* easy_;
  Socket socket_;  ///< a copy of libcurl's descriptor, to wait with
};

// How Boost.Beast ends a stream when the protocol is over.
void teardown(boost::beast::role_type role, CurlStream& stream, CurlStream::Error& error);

inline void beast_close_socket(CurlStream& stream) noexcept { stream.shut_down(); }

template <class Handler>
void async_teardown(boost::beast::role_type, CurlStream& stream, Handler&& handler) {
  stream.shut_down();
  boost::asio::post(stream.get_executor(),
                    [handler = std::forward<Handler>(handler)]() mutable { handler(CurlStream::Error()); });
}

}  // namespace e2e::host
