#pragma once

#include <e2e/ext/websocket.h>

namespace e2e::host {

/// The functions of e2e.websocket/1.
[[nodiscard]] const e2e_websocket_v1& websocket_extension() noexcept;

}  // namespace e2e::host
