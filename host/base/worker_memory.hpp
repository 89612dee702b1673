#pragma once

#include <cstdint>

namespace e2e::host {

/// What a worker is taken to need, in bytes: the program, a plugin, and room for its tests. The workers of
/// the example services took 8 MiB each, shared pages included.
inline constexpr uint64_t worker_memory_bytes = 32u << 20;

}  // namespace e2e::host
