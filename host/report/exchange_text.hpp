#pragma once

#include <string>
#include <vector>

#include "events/event.hpp"
#include "report/ink.hpp"

namespace e2e::host {

/// An exchange in short, each line indented by two and safe to show: what was asked and how long it took, the
/// request's headers and the beginning of its body, the answer's. Ends with a newline.
std::string exchange_text(const ExchangeRecord& exchange, const Ink& ink);

/// Each request of an attempt that was sent again, with what came of it: "GET http://... -> 200 after 2
/// retries".
std::vector<std::string> retried_requests(const AttemptFinished& attempt);

}  // namespace e2e::host
