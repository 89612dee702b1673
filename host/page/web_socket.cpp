// The one file that knows Boost.Beast: it takes long to compile.
#include "page/web_socket.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <new>
#include <optional>

#include "base/clock.hpp"
#include "page/curl_option.hpp"
#include "page/curl_stream.hpp"
#include "page/page_environment.hpp"
#include "page/transfer_failure.hpp"
#include "page/transfer_options.hpp"
#include "page/url.hpp"

namespace e2e::host {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

CurlStream::CurlStream(asio::io_context& loop, CURL* easy) : easy_(easy), socket_(loop) {
  curl_socket_t made = CURL_SOCKET_BAD;
  curl().easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &made);
  // The descriptor is libcurl's, and closed by it.
  const int copy = ::fcntl(static_cast<int>(made), F_DUPFD_CLOEXEC, 3);
  socket_.assign(copy);
}

CurlStream::Moved CurlStream::moved(CURLcode code, size_t bytes, bool is_reading) noexcept {
  if (code == CURLE_AGAIN) return {asio::error::would_block, 0};
  if (code != CURLE_OK) return {asio::error::connection_reset, 0};
  if (bytes == 0 && is_reading) return {asio::error::eof, 0};
  return {{}, bytes};
}

CurlStream::Moved CurlStream::receive(void* to, size_t size) noexcept {
  size_t bytes = 0;
  const CURLcode code = curl().easy_recv(easy_, to, size, &bytes);
  return moved(code, bytes, true);
}

CurlStream::Moved CurlStream::send(const void* from, size_t size) noexcept {
  size_t bytes = 0;
  const CURLcode code = curl().easy_send(easy_, from, size, &bytes);
  return moved(code, bytes, false);
}

void CurlStream::shut_down() noexcept { ::shutdown(socket_.native_handle(), SHUT_RDWR); }

void teardown(beast::role_type, CurlStream& stream, CurlStream::Error& error) {
  stream.shut_down();
  error = {};
}

namespace {

constexpr int64_t slice_ms = 50;
constexpr int64_t ns_per_ms_of_socket = 1'000'000;

/// "host[:port]" and "/path?query" of an http(s) URL.
struct UrlParts {
  std::string host, target;
};
UrlParts parts_of(const std::string& url) {
  const size_t authority = url.find("://") + 3;
  const size_t end = std::min(url.find_first_of("/?", authority), url.size());
  UrlParts parts{url.substr(authority, end - authority), url.substr(end)};
  if (const size_t at = parts.host.rfind('@'); at != std::string::npos) parts.host.erase(0, at + 1);
  if (!parts.target.starts_with('/')) parts.target.insert(0, "/");
  return parts;
}

int stops_connecting(void* environment, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const PageEnvironment*>(environment)->is_cancelled() ? 1 : 0;
}

int64_t phase_ns(CURL* easy, CURLINFO end, CURLINFO begin) {
  curl_off_t end_us = 0, begin_us = 0;
  curl().easy_getinfo(easy, end, &end_us);
  if (begin != CURLINFO_NONE) curl().easy_getinfo(easy, begin, &begin_us);
  return end_us > begin_us ? static_cast<int64_t>(end_us - begin_us) * 1000 : 0;
}

}  // namespace

class WebSocket::Connection {
 public:
  Connection(uint64_t number, PageEnvironment& environment) : number_(number), environment_(environment) {}

  SocketResult open(const SocketOpening& opening, Exchange& exchange);
  SocketResult send(MessageKind kind, std::string_view bytes, int64_t timeout_ms);
  SocketResult receive(SocketInput& input, int64_t timeout_ms);
  SocketResult close(uint16_t code, std::string_view reason, int64_t timeout_ms);

 private:
  using Error = boost::system::error_code;
  using End = SocketResult::End;
  using Stream = websocket::stream<CurlStream, false>;
  /// How an operation ended. Shared with it: it may end after nobody waits for it any more.
  struct Ending {
    bool is_done = false;
    Error error;
  };
  struct CloseHandle {
    void operator()(CURL* easy) const noexcept { curl().easy_cleanup(easy); }
  };

  SocketResult connect(const SocketOpening& opening, Timings& timings);
  SocketResult shake_hands(const SocketOpening& opening, Exchange& exchange);
  void keep_answer(const websocket::response_type& answer, Exchange& exchange);
  void begin_reading();
  [[nodiscard]] SocketInput take_message();
  SocketInput take_close();
  /// Lets the loop run until `is_done`.
  End run_until(const bool& is_done, int64_t timeout_ms);
  [[nodiscard]] SocketResult failed(std::string problem);
  [[nodiscard]] std::string sentence(const Error& error) const;
  void tell(bool is_sent, MessageKind kind, std::string_view bytes);

  const uint64_t number_;
  PageEnvironment& environment_;
  uint64_t max_bytes_ = 0;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  // In this order: what uses another goes first.
  std::unique_ptr<CURL, CloseHandle> easy_;
  asio::io_context loop_{1};
  std::string sending_;
  websocket::response_type answer_;
  beast::flat_buffer incoming_;
  std::optional<Stream> stream_;
  bool is_reading_ = false, has_read_ = false, is_usable_ = false;
  Error read_error_;
};

SocketResult::End WebSocket::Connection::run_until(const bool& is_done, int64_t timeout_ms) {
  if (const auto left_ms = environment_.remaining_ms()) timeout_ms = std::min(timeout_ms, *left_ms);
  const int64_t end_ns = monotonic_ns() + std::max<int64_t>(timeout_ms, 0) * ns_per_ms_of_socket;
  for (bool is_first = true; !is_done; is_first = false) {
    if (environment_.is_cancelled()) return End::cancelled;
    const int64_t left_ns = end_ns - monotonic_ns();
    // What is there already is taken, however little time there is.
    if (left_ns <= 0 && !is_first) return End::out_of_time;
    loop_.restart();
    loop_.run_one_for(
        std::chrono::nanoseconds(std::clamp<int64_t>(left_ns, 0, slice_ms * ns_per_ms_of_socket)));
  }
  return End::done;
}

SocketResult WebSocket::Connection::failed(std::string problem) {
  is_usable_ = false;
  return {End::failed, std::move(problem)};
}

std::string WebSocket::Connection::sentence(const Error& error) const {
  if (error == websocket::error::message_too_big)
    return fmt::format("a message of more than {} bytes came (max_body)", max_bytes_);
  if (error == asio::error::eof || error == asio::error::connection_reset ||
      error == asio::error::broken_pipe)
    return "the connection broke: the service closed it without a word";
  if (error == asio::error::operation_aborted) return "the connection is over";
  return "the service does not keep to the protocol: " + error.message();
}

void WebSocket::Connection::tell(bool is_sent, MessageKind kind, std::string_view bytes) {
  environment_.message_passed({number_, is_sent, kind, bytes});
}

SocketResult WebSocket::Connection::connect(const SocketOpening& opening, Timings& timings) {
  easy_.reset(curl().easy_init());
  if (!easy_) throw std::bad_alloc();
  CURL* const easy = easy_.get();
  set_option(easy, CURLOPT_URL, opening.url.c_str());
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_CONNECT_ONLY, 1L);
  set_option(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
  set_option(easy, CURLOPT_ERRORBUFFER, detail_.data());
  RequestOptions options = opening.options;
  // The other versions have no such handshake.
  options.http_version = HttpVersion::http_1_1;
  options.has_compression = false;
  set_connection_options(easy, options, opening.url);
  const int64_t limit_ms = options.limits.connect_ms > 0
                               ? std::min(options.limits.connect_ms, opening.timeout_ms)
                               : opening.timeout_ms;
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limit_ms));
  set_option(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(opening.timeout_ms));
  set_option(easy, CURLOPT_NOPROGRESS, 0L);
  set_option(easy, CURLOPT_XFERINFOFUNCTION, &stops_connecting);
  set_option(easy, CURLOPT_XFERINFODATA, static_cast<void*>(&environment_));
  const CURLcode code = curl().easy_perform(easy);
  timings.dns_ns = phase_ns(easy, CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_NONE);
  timings.connect_ns = phase_ns(easy, CURLINFO_CONNECT_TIME_T, CURLINFO_NAMELOOKUP_TIME_T);
  timings.tls_ns = phase_ns(easy, CURLINFO_APPCONNECT_TIME_T, CURLINFO_CONNECT_TIME_T);
  if (code == CURLE_OK) {
    stream_.emplace(loop_, easy);
    return {};
  }
  if (environment_.is_cancelled()) return {End::cancelled, {}};
  if (code == CURLE_OPERATION_TIMEDOUT) return failed(fmt::format("no connection within {} ms", limit_ms));
  long os_error = 0;
  curl().easy_getinfo(easy, CURLINFO_OS_ERRNO, &os_error);
  return failed(failure_sentence(code, detail_.data(), opening.url, static_cast<int>(os_error), {}));
}

void WebSocket::Connection::keep_answer(const websocket::response_type& answer, Exchange& exchange) {
  exchange.status = static_cast<int>(answer.result_int());
  if (exchange.status != 0) exchange.http_version = answer.version() == 10 ? "1.0" : "1.1";
  for (const auto& field : answer) {
    const auto name = field.name_string(), value = field.value();
    exchange.response_headers.emplace_back(std::string(name), std::string(value));
  }
  exchange.response_body_bytes = answer.body().size();
  exchange.response_body = answer.body().substr(0, Exchange::max_recorded_body_bytes);
}

SocketResult WebSocket::Connection::shake_hands(const SocketOpening& opening, Exchange& exchange) {
  const UrlParts url = parts_of(opening.url);
  stream_->read_message_max(max_bytes_);
  // A message is sent as it was given: in one frame.
  stream_->auto_fragment(false);
  stream_->set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    // User-Agent and others are the page's affair.
    for (const HeaderField& header : opening.headers) request.erase(std::string(header.name));
    for (const HeaderField& header : opening.headers)
      request.insert(std::string(header.name), std::string(header.value));
    for (const auto& field : request) {
      const auto name = field.name_string(), value = field.value();
      if (field.name() != beast::http::field::host)
        exchange.request_headers.emplace_back(std::string(name), std::string(value));
    }
  }));
  const auto ending = std::make_shared<Ending>();
  const int64_t start_ns = monotonic_ns();
  stream_->async_handshake(answer_, url.host, url.target, [ending](Error error) { *ending = {true, error}; });
  const End end = run_until(ending->is_done, opening.timeout_ms);
  exchange.timings.wait_ns = monotonic_ns() - start_ns;
  if (end == End::cancelled) return {end, {}};
  if (end != End::done)
    return failed(fmt::format("connected, but no answer within {} ms", opening.timeout_ms));
  keep_answer(answer_, exchange);
  const Error error = ending->error;
  if (!error) return {};
  if (error == websocket::error::upgrade_declined)
    return failed(fmt::format("the service answered {}, not 101: it opened no WebSocket", exchange.status));
  return failed(sentence(error));
}

SocketResult WebSocket::Connection::open(const SocketOpening& opening, Exchange& exchange) {
  max_bytes_ = std::min(opening.options.max_body_bytes, max_message_bytes);
  const int64_t start_ns = monotonic_ns();
  SocketResult result = connect(opening, exchange.timings);
  if (result.end == End::done) result = shake_hands(opening, exchange);
  exchange.timings.total_ns = monotonic_ns() - start_ns;
  is_usable_ = result.end == End::done;
  exchange.connection = is_usable_ ? number_ : 0;
  return result;
}

SocketResult WebSocket::Connection::send(MessageKind kind, std::string_view bytes, int64_t timeout_ms) {
  if (!is_usable_) return failed("the connection is over");
  sending_ = bytes;
  stream_->binary(kind == MessageKind::binary);
  const auto ending = std::make_shared<Ending>();
  stream_->async_write(asio::buffer(sending_), [ending](Error error, size_t) { *ending = {true, error}; });
  const End end = run_until(ending->is_done, timeout_ms);
  if (end == End::out_of_time)
    return failed(fmt::format("the service took no message for {} ms", timeout_ms));
  if (end != End::done) {
    is_usable_ = false;
    return {end, {}};
  }
  if (ending->error) return failed(sentence(ending->error));
  tell(true, kind, bytes);
  return {};
}

void WebSocket::Connection::begin_reading() {
  is_reading_ = true;
  has_read_ = false;
  incoming_.clear();
  stream_->async_read(incoming_, [this](Error error, size_t) {
    is_reading_ = false;
    has_read_ = true;
    read_error_ = error;
  });
}

SocketInput WebSocket::Connection::take_message() {
  has_read_ = false;
  const auto content = incoming_.cdata();
  SocketInput input{stream_->got_text() ? MessageKind::text : MessageKind::binary,
                    std::string(static_cast<const char*>(content.data()), content.size()), 0};
  tell(false, input.kind, input.bytes);
  return input;
}

SocketInput WebSocket::Connection::take_close() {
  is_usable_ = false;
  const websocket::close_reason& reason = stream_->reason();
  constexpr uint16_t nothing_said = 1005;
  const uint16_t code = reason.code == websocket::close_code::none ? nothing_said : reason.code;
  SocketInput input{MessageKind::close, std::string(reason.reason.data(), reason.reason.size()), code};
  tell(false, MessageKind::close, fmt::format("{} {}", code, input.bytes));
  return input;
}

SocketResult WebSocket::Connection::receive(SocketInput& input, int64_t timeout_ms) {
  if (!is_usable_) return failed("the connection is over");
  if (!is_reading_ && !has_read_) begin_reading();
  const End end = run_until(has_read_, timeout_ms);
  if (end == End::out_of_time) return {end, fmt::format("no message came within {} ms", timeout_ms)};
  if (end != End::done) return {end, {}};
  if (read_error_ == websocket::error::closed) {
    input = take_close();
    return {};
  }
  if (read_error_) return failed(sentence(read_error_));
  input = take_message();
  return {};
}

SocketResult WebSocket::Connection::close(uint16_t code, std::string_view reason, int64_t timeout_ms) {
  if (!is_usable_) return failed("the connection is over");
  is_usable_ = false;
  tell(true, MessageKind::close, fmt::format("{} {}", code, reason));
  websocket::close_reason said;
  said.code = code;
  said.reason.assign(reason.data(), reason.size());
  const auto ending = std::make_shared<Ending>();
  stream_->async_close(said, [ending](Error error) { *ending = {true, error}; });
  const End end = run_until(ending->is_done, timeout_ms);
  if (end == End::out_of_time)
    return failed(fmt::format("the service did not close the connection within {} ms", timeout_ms));
  if (end != End::done) return {end, {}};
  if (ending->error) return failed(sentence(ending->error));
  take_close();
  return {};
}

WebSocket::WebSocket(uint64_t connection, PageEnvironment& environment)
    : connection_(std::make_unique<Connection>(connection, environment)) {}
WebSocket::~WebSocket() = default;

SocketResult WebSocket::open(const SocketOpening& opening, Exchange& exchange) {
  return connection_->open(opening, exchange);
}
SocketResult WebSocket::send(MessageKind kind, std::string_view bytes, int64_t timeout_ms) {
  return connection_->send(kind, bytes, timeout_ms);
}
SocketResult WebSocket::receive(SocketInput& input, int64_t timeout_ms) {
  return connection_->receive(input, timeout_ms);
}
SocketResult WebSocket::close(uint16_t code, std::string_view reason, int64_t timeout_ms) {
  return connection_->close(code, reason, timeout_ms);
}

}  // namespace e2e::host
