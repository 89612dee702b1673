#pragma once

#include <string>

#include "events/event.hpp"

namespace e2e::host {

/// What this process can tell of the machine that it runs on. `name`: of the configuration's environment.
RunEnvironment run_environment(std::string name);

}  // namespace e2e::host
