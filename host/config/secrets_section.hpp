#pragma once

#include "config/section.hpp"

namespace e2e::host {

/// Reads `secrets:`, what nothing may show.
void read_secrets(Section& root, Config& config);

}  // namespace e2e::host
