#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace e2e::host {

/// Reads `start` of a service whose other keys have been read, and diagnoses names of a managed service
/// (${service.port}, ${run.folder}) where there is none.
void read_start(Section& service, ServiceConfig& config);

}  // namespace e2e::host
