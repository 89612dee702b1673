#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/unique_fd.hpp"
#include "worker/run_identity.hpp"
#include "worker/slot_memory.hpp"

namespace e2e::host {

/// What a worker is born with.
struct WorkerBirth {
  uint32_t worker = 0;
  uint32_t slot = 0;
  WorkerKind kind = WorkerKind::test;
  UniqueFd control, out, err;  ///< its channel to the host, and what becomes its stdout and stderr
  std::string cgroup;          ///< the group that limits its processes; empty: none does
  pid_t launcher = 0;          ///< its parent, to be checked after the fork
};

/// The life of a worker process, after the launcher's fork: sets itself apart, does what the host orders,
/// says bye and leaves by _exit; never returns.
[[noreturn]] void worker_main(const RunIdentity& run, SlotMemory& slots, WorkerBirth birth);

/// The same as a thread of the host, for isolation `none`: no process of its own, no capture, no crash
/// handler. `control` is its end of the channel; returns when the host orders finish or closes the channel.
void worker_thread_main(const RunIdentity& run, SlotBlock& block, const RateLimiters& limiters,
                        uint32_t worker, uint32_t slot, UniqueFd control);

}  // namespace e2e::host
