#pragma once

#include <e2e/ext/verify.h>

namespace e2e::host {

/// The functions of e2e.verify/1. Any thread; null arguments are answered with E2E_ERROR.
[[nodiscard]] const e2e_verify_v1& verify_extension() noexcept;

}  // namespace e2e::host
