#pragma once

#include <atomic>
#include <cstdint>

#include "stacks/snapshot.hpp"

namespace e2e::host {

/// A Snapshot of one thread, as its own signal handler leaves it in shared memory: plain bytes, no pointers.
/// Valid once `is_there` is 1. A hostile plugin can scribble here: read_crash_dump() believes no size.
struct CrashDump {
  static constexpr uint32_t max_maps_bytes = 128 * 1024;
  static constexpr uint32_t max_stack_bytes = 256 * 1024;

  std::atomic<uint32_t> is_there;
  int32_t pid, tid;
  Registers registers;
  uint64_t stack_start;
  uint32_t maps_bytes, stack_bytes;
  char maps[max_maps_bytes];
  char stack[max_stack_bytes];
};

/// Fills `dump` with the calling thread, as the signal found it. Async-signal-safe: reads /proc/self/maps,
/// and the stack within what that says is mapped.
void write_crash_dump(CrashDump& dump, const ucontext_t& context) noexcept;

/// What a dead process left; without threads if it left nothing.
Snapshot read_crash_dump(const CrashDump& dump);

}  // namespace e2e::host
