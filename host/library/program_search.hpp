#pragma once

#include <string>

namespace e2e::host {

/// The program e2e-host: `wished`; else $E2E_HOST_PROGRAM; else the one that was installed with this library,
/// wherever its prefix is now; else the first in $PATH. Absolute. Absolute unless one of the first two was
/// not. Throws RunError, saying where it was looked for.
std::string find_program(const std::string& wished);

}  // namespace e2e::host
