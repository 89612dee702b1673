#pragma once

#include <cstdint>
#include <string>

namespace e2e::host {

/// Who listens on a TCP port of this machine, as "nginx -g ... (pid 123)", from /proc; empty where that can't
/// be known, as of another user's process.
std::string describe_port_holder(uint16_t port);

}  // namespace e2e::host
