#pragma once

#include <string>

#include "events/event.hpp"
#include "report/ink.hpp"

namespace e2e::host {

/// An exchange in short, each line indented by two and safe to show: what was asked and how long it took, the
/// request's headers and the beginning of its body, the answer's. Ends with a newline.
std::string exchange_text(const ExchangeRecord& exchange, const Ink& ink);

}  // namespace e2e::host
