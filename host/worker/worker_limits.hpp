#pragma once

#include "config/resource_limits.hpp"

namespace e2e::host {

/// Limits the calling process, for as long as it lives, to that much memory and so many open files. The
/// kernel refuses what goes beyond: the test sees an error.
void limit_process(const ResourceLimits& limits) noexcept;

/// Gives the calling process that much more CPU time than it has used; SIGXCPU comes when it is used up.
void limit_cpu_time(const ResourceLimits& limits) noexcept;

}  // namespace e2e::host
