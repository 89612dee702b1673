#pragma once

#include <cstdint>

#include "base/json_text.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// Adds `"steps"`: the attempt's steps, and its requests within the steps that they were sent in, up to some
/// hundreds. Their times are Unix milliseconds; `attempt_unix_ns` is when the attempt began. The attempt is
/// plain_attempt().
void put_allure_steps(JsonText& json, const AttemptFinished& attempt, int64_t attempt_unix_ns);

}  // namespace e2e::host
