#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace e2e::host {

struct Exchange;
struct SocketMessage;
struct WholeBodies;

/// What a page needs of the worker that it lives in. Called on the page's thread only.
class PageEnvironment {
 public:
  virtual ~PageEnvironment() = default;

  /// True once the running attempt is to stop. Asked before a request and several times a second while it
  /// waits; must be cheap, and may be set from a signal handler.
  [[nodiscard]] virtual bool is_cancelled() const = 0;

  /// What is left of the attempt's time: no request takes longer. Nothing: no bound.
  [[nodiscard]] virtual std::optional<int64_t> remaining_ms() const = 0;

  /// Waits until the service's rate limit lets a request go, and returns the nanoseconds that took. Comes
  /// back early when the attempt is cancelled.
  virtual int64_t wait_for_turn() { return 0; }

  /// What is left until the running test is timed out, in milliseconds. Nothing: it has no limit of its own.
  [[nodiscard]] virtual std::optional<int64_t> time_to_deadline_ms() const { return std::nullopt; }

  /// Does nothing for so long. False, and early, once the attempt is cancelled.
  virtual bool pause(int64_t duration_ms) = 0;

  /// An even chance for each number from 0 to `most`.
  virtual int64_t random_up_to(int64_t most) = 0;

  /// The value of a traceparent header (https://www.w3.org/TR/trace-context/) for one more exchange of the
  /// attempt. Empty: none is sent.
  [[nodiscard]] virtual std::string next_traceparent() { return {}; }

  /// The value of a header that is a credential is about to be sent: nothing should show it.
  virtual void credential(std::string_view value) { static_cast<void>(value); }

  /// A fact worth keeping with the attempt.
  virtual void note(std::string_view text) = 0;

  /// Whether exchange_finished() wants to be told of a page's requests.
  [[nodiscard]] virtual bool keeps_exchanges() const { return true; }

  /// An exchange is over: answered, failed or cancelled. Not called for a request that was refused before
  /// anything was sent. Both are borrowed for the call.
  virtual void exchange_finished(const Exchange& exchange, const WholeBodies& bodies) = 0;

  /// A message went through a WebSocket whose exchange was told before. Borrowed for the call.
  virtual void message_passed(const SocketMessage& message) { static_cast<void>(message); }
};

}  // namespace e2e::host
