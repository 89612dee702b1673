#include "stacks/crash_dump.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "stacks/memory_map.hpp"

namespace e2e::host {
namespace {

uint32_t read_own_maps(char* text, uint32_t capacity) noexcept {
  const int fd = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  uint32_t size = 0;
  while (size < capacity) {
    const ssize_t n = ::read(fd, text + size, capacity - size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    size += static_cast<uint32_t>(n);
  }
  ::close(fd);
  return size;
}

/// Not by memcpy(), which AddressSanitizer watches: what lies between a stack's objects is to be copied, too.
__attribute__((no_sanitize("address"))) void copy_stack(char* to, const char* from, size_t size) noexcept {
  for (size_t i = 0; i < size; ++i) to[i] = from[i];
}

}  // namespace

void write_crash_dump(CrashDump& dump, const ucontext_t& context) noexcept {
  dump.pid = ::getpid();
  dump.tid = ::gettid();
  dump.registers = registers_of(context);
  dump.maps_bytes = read_own_maps(dump.maps, CrashDump::max_maps_bytes);
  const AddressRange live =
      live_stack({dump.maps, dump.maps_bytes}, dump.registers.sp(), CrashDump::max_stack_bytes);
  dump.stack_start = live.start;
  dump.stack_bytes = static_cast<uint32_t>(live.end - live.start);
  if (dump.stack_bytes > 0)
    copy_stack(dump.stack, reinterpret_cast<const char*>(live.start), dump.stack_bytes);
  dump.is_there.store(1, std::memory_order_release);
}

Snapshot read_crash_dump(const CrashDump& dump) {
  Snapshot snapshot;
  if (dump.is_there.load(std::memory_order_acquire) != 1) return snapshot;
  snapshot.pid = dump.pid;
  snapshot.maps.assign(dump.maps, std::min(dump.maps_bytes, CrashDump::max_maps_bytes));
  ThreadSnapshot& thread = snapshot.threads.emplace_back();
  thread.tid = dump.tid;
  thread.registers = dump.registers;
  thread.stack_start = dump.stack_start;
  thread.stack.assign(dump.stack, std::min(dump.stack_bytes, CrashDump::max_stack_bytes));
  return snapshot;
}

}  // namespace e2e::host
