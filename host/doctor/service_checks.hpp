#pragma once

#include "config/config.hpp"
#include "doctor/finding.hpp"

namespace e2e::host {

/// Asks each service's health endpoint, at most 2 s each. Services that are not on this machine's loopback
/// are asked only `with_network`. Uses libcurl: not before a fork.
void check_services(const Config& config, bool with_network, Findings& findings);

}  // namespace e2e::host
