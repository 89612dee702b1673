#pragma once

#include "base/unique_fd.hpp"

namespace e2e::host {

/// The symboliser: reads stacks for the host, one request after the other, until that is gone. A process of
/// its own, because what it reads (plugins, their debug information) may be hostile: it may use 4 GiB of
/// memory and takes 10 s at most for a request, then it dies, and the host goes on without that stack.
/// `launcher` is its parent, with which it dies.
[[noreturn]] void symboliser_main(UniqueFd host, int launcher);

}  // namespace e2e::host
