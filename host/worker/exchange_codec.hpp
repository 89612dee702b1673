#pragma once

#include "base/byte_codec.hpp"
#include "events/event.hpp"
#include "page/exchange.hpp"

namespace e2e::host {

/// An exchange on its way from a worker to the host, in a phase of e2e/ext/report.h, begun `start_ns`
/// after its attempt.
void encode_exchange(ByteWriter& out, const Exchange& exchange, uint32_t phase, int64_t start_ns);
ExchangeRecord decode_exchange(ByteReader& in);

}  // namespace e2e::host
