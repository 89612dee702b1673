#pragma once

#include <string_view>

#include "events/event.hpp"

namespace e2e::host {

/// A sanitizer that ends the process says why to stderr, and only there: adds that to the reason of an
/// attempt that crashed. `test_file`: the test's source, as reports have it.
void name_sanitizer(AttemptFinished& attempt, std::string_view test_file);

}  // namespace e2e::host
