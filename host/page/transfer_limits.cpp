#include "page/transfer_limits.hpp"

#include <fmt/format.h>

#include "page/curl_library.hpp"

namespace e2e::host {

namespace {

constexpr int64_t ns_per_ms = 1'000'000;

}  // namespace

TransferDeadlines::Next TransferDeadlines::next(CURL* easy, const Incoming& incoming, bool has_body,
                                                int64_t now_ns) const noexcept {
  using Of = TransferLimit::Of;
  const int64_t elapsed_ns = now_ns - incoming.start_ns;
  Next next{whole_, whole_.ms * ns_per_ms - elapsed_ns};
  if (!phases_.has_any()) return next;
  const auto consider = [&](Of of, int64_t limit_ms, int64_t since_ns) {
    const int64_t left_ns = since_ns + limit_ms * ns_per_ms - elapsed_ns;
    if (limit_ms > 0 && left_ns < next.left_ns) next = {{of, limit_ms}, left_ns};
  };
  if (incoming.last_byte_ns > 0) {
    consider(Of::idle, phases_.idle_ms, incoming.last_byte_ns);
    return next;
  }
  curl_off_t ready_us = 0;
  curl().easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready_us);
  if (ready_us == 0)
    consider(Of::connect, phases_.connect_ms, 0);
  else if (!has_body)
    consider(Of::first_byte, phases_.first_byte_ms, ready_us * 1000);
  else if (incoming.observed.sent_ns > 0)
    consider(Of::first_byte, phases_.first_byte_ms, incoming.observed.sent_ns);
  return next;
}

TryResult::Kind kind_of(const TransferLimit& limit) noexcept {
  switch (limit.of) {
    case TransferLimit::Of::attempt:
      return TryResult::Kind::other;
    case TransferLimit::Of::connect:
      return TryResult::Kind::no_connection;
    default:
      return TryResult::Kind::timed_out;
  }
}

std::string timeout_sentence(const TransferLimit& limit, const TransferProgress& progress) {
  const std::string where = describe(progress);
  switch (limit.of) {
    case TransferLimit::Of::connect:
      return fmt::format("no connection within {} ms ({})", limit.ms, where);
    case TransferLimit::Of::first_byte:
      return fmt::format("no first byte within {} ms after the request was sent ({})", limit.ms, where);
    case TransferLimit::Of::idle:
      return fmt::format("nothing more came for {} ms ({})", limit.ms, where);
    default:
      break;
  }
  const bool is_attempts = limit.of == TransferLimit::Of::attempt;
  const bool has_begun = progress.phase == TransferProgress::Phase::receiving;
  return fmt::format("no {}answer within {}{} ms{} ({})", has_begun ? "complete " : "",
                     is_attempts ? "the " : "", limit.ms, is_attempts ? " left of the attempt's time" : "",
                     where);
}

}  // namespace e2e::host
