#pragma once

#include "base/byte_codec.hpp"
#include "events/event.hpp"
#include "page/exchange.hpp"

namespace e2e::host {

/// An exchange on its way from a worker to the host, in a phase of e2e/ext/report.h, begun `start_ns`
/// after its attempt.
void encode_exchange(ByteWriter& out, const Exchange& exchange, uint32_t phase, int64_t start_ns);
/// `connection`: of the WebSocket that it opened; 0: none.
ExchangeRecord decode_exchange(ByteReader& in, uint64_t& connection);

/// A message of a WebSocket; `body` is what is kept of it.
void encode_message(ByteWriter& out, const SocketMessage& message, std::string_view body, int64_t at_ns);
MessageRecord decode_message(ByteReader& in, uint64_t& connection);

}  // namespace e2e::host
