#pragma once

#include <cstdint>
#include <vector>

namespace e2e::host {

/// The numbers 0 to `count` - 1, each once, in an order that `seed` decides: the same on every machine and
/// with every compiler. For Plan::places.
std::vector<uint32_t> shuffled_places(uint32_t count, uint64_t seed);

}  // namespace e2e::host
