#pragma once

#include "base/unique_fd.hpp"
#include "worker/run_identity.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {

/// The launcher's life: forks workers as the host asks, tells it how each ended, kills what they leave
/// behind. Single-threaded; loads no plugin. Runs in the child of the host's only fork and never returns: it
/// exits when the host says shutdown, or when the host is gone (EOF on `host`), with all its workers killed.
/// `host_life` reads EOF when the host dies; it is the keeper's to watch,
/// and `keeper_host` the keeper's end of its channel to the host.
[[noreturn]] void launcher_main(const RunIdentity& run, SlotMemory& slots, UniqueFd host, UniqueFd host_life,
                                UniqueFd keeper_host);

}  // namespace e2e::host
