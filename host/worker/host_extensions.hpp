#pragma once

#include <e2e/abi.h>

namespace e2e::host {

/// What the host offers plugins, by id; null for an id it does not know. The functions find their worker
/// through e2e_host::impl. Fits e2e_host::get_extension.
const void* find_host_extension(const e2e_host* host, const char* id) noexcept;

}  // namespace e2e::host
