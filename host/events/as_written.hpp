#pragma once

#include "events/event.hpp"

namespace e2e::host {

/// The event as a reader of its line has it: texts are UTF-8. What is made of live events and what is made of
/// a journal are the same where both begin with this.
Event as_written(Event event);

}  // namespace e2e::host
