#pragma once

#include "worker/slot_memory.hpp"

namespace e2e::host {

/// Writes what killed the calling process into the slot's crash note, and the thread's stack into its crash
/// dump, then lets the signal kill it. Also notes what std::terminate() was called for, exit() while a test
/// runs, and turns the host's SIGTERM into a wish to end the attempt. Once per process, on its main thread;
/// `block` lives as long as the process. Handlers run on a stack of their own, so a stack overflow is told
/// from other faults.
void install_crash_handler(SlotBlock& block);

/// No handler touches the slot's memory from now on, SIGTERM does nothing: the process is about to say that
/// it leaves, and then another worker may have the slot. On the thread that installed them.
void leave_slot() noexcept;

/// Under isolation `none` there is no worker to die: on a fatal signal writes one line to `journal_fd`
/// (async-signal- safely) that names what each slot was running, then lets the signal kill the host. `slots`
/// blocks of `memory` are looked at. Once per process.
void install_last_words(const SlotMemory& memory, uint32_t slots, int journal_fd);

}  // namespace e2e::host
