#pragma once

#include <cstdint>
#include <string_view>

namespace e2e::host {

/// The name of a phase as reports show it: "before_all". "?" for an unknown one.
std::string_view phase_name(uint32_t phase);

}  // namespace e2e::host
