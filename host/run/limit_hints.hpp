#pragma once

#include "config/resource_limits.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// Adds a note to an attempt that went wrong in the way of something that came to a limit of e2e.conf, and
/// names the limit. The kernel only refuses; that it did so for a limit's sake is a conclusion from what the
/// test says. `max_rss_kib`: of its worker, if that is gone, else 0.
void hint_at_limits(AttemptFinished& attempt, const ResourceLimits& limits, int64_t max_rss_kib);

}  // namespace e2e::host
