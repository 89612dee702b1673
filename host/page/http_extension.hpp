#pragma once

#include <e2e/ext/http.h>

namespace e2e::host {

/// The functions of e2e.http/1. Null arguments are answered with E2E_ERROR or nothing.
[[nodiscard]] const e2e_http_v1& http_extension() noexcept;

}  // namespace e2e::host
