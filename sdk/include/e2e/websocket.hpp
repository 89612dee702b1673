#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "json.hpp"
#include "location.hpp"
#include "page.hpp"
#include "request.hpp"

struct e2e_websocket;

namespace e2e {

/// A WebSocket of a page; `page.websocket("/chat")` opens one. Each message is in the record of the attempt.
/// Used on the test's own thread only; it ends with the attempt at the latest. What does not go well ends the
/// test.
class WebSocket {
 public:
  static constexpr std::int64_t default_deadline_ms = 5000;

  WebSocket(WebSocket&& other) noexcept;
  WebSocket& operator=(WebSocket&& other) noexcept;
  /// Drops the connection, if it is not closed yet.
  ~WebSocket();

  void send_text(std::string_view text, Location where = Location::here());
  void send_json(const JsonValue& value, Location where = Location::here());
  void send_binary(std::string_view bytes, Location where = Location::here());

  /// The next message, of text or binary. Ends the test if none comes within `deadline_ms`, or if the service
  /// closes the connection.
  std::string receive(std::int64_t deadline_ms = default_deadline_ms, Location where = Location::here());
  /// The same, as JSON.
  Json receive_json(std::int64_t deadline_ms = default_deadline_ms, Location where = Location::here());
  /// True if nothing comes for that long. A message that does come is the next one of receive().
  bool is_quiet(std::int64_t for_ms, Location where = Location::here());

  /// Closes the connection, and waits until the service has, too. Messages that come meanwhile are dropped.
  void close(unsigned code = 1000, std::string_view reason = "", Location where = Location::here());
  /// Waits until the service closes the connection. Ends the test if it does not, or if a message comes.
  void wait_for_close(std::int64_t deadline_ms = default_deadline_ms, Location where = Location::here());
  /// What the service closed it with: RFC 6455, 7.4; 0: it has not, 1005: it said none.
  unsigned close_code() const noexcept { return close_code_; }
  const std::string& close_reason() const noexcept { return close_reason_; }

 private:
  friend class Page;
  WebSocket(const detail::PageBinding& binding, const Target& target, const detail::RequestSpec& spec);

  enum class Came { message, close, nothing };
  void send(const char* call, unsigned kind, std::string_view bytes, Location where);
  Came wait(const char* call, std::int64_t deadline_ms, std::string& problem, Location where);
  std::string take(const char* call, std::int64_t deadline_ms, Location where);
  [[noreturn]] void fail(const char* call, const std::string& problem, Location where) const;

  detail::Instance* instance_;
  e2e_websocket* socket_ = nullptr;
  std::string target_;
  std::string waiting_;  // a message that came while is_quiet() listened
  bool has_waiting_ = false;
  unsigned close_code_ = 0;
  std::string close_reason_;
};

template <class... Options>
WebSocket Page::websocket(const Target& target, const Options&... options) {
  detail::RequestSpec spec;
  (options.apply(spec), ...);
  std::string text(target.text());
  // By index: one may add another.
  for (std::size_t i = 0; i < interceptors_.size(); ++i) {
    Outgoing outgoing{"GET", text, spec.headers, spec.query, spec.body};
    interceptors_[i]->before(outgoing);
  }
  return WebSocket(binding_, Target(text, target.where()), spec);
}

}  // namespace e2e
