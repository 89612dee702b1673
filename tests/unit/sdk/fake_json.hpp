#pragma once

#include <e2e/ext/json.h>

#include <cstdint>

namespace e2e_fake {

/// e2e.json/1 in memory. `live_documents` counts those that were parsed and not released.
const e2e_json_v1& json_table();
std::int64_t live_documents();

}  // namespace e2e_fake
