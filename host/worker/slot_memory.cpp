#include "worker/slot_memory.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/clock.hpp"

namespace e2e::host {
namespace {

constexpr size_t page_bytes = 4096;
constexpr size_t block_bytes = (sizeof(SlotBlock) + page_bytes - 1) / page_bytes * page_bytes;
constexpr size_t memory_bytes = block_bytes * SlotMemory::max_slots;

[[noreturn]] void fail() {
  const char* hint = "";
  if (errno == EFBIG) hint = " (a limit of the size of files holds for it: ulimit -f)";
  if (errno == ENOMEM) hint = " (a limit of the address space holds for it: ulimit -v)";
  throw std::system_error(errno, std::generic_category(),
                          std::string("shared memory for the workers") + hint);
}

}  // namespace

void SlotBlock::reset() noexcept {
  test = no_test;
  attempt = 0;
  phase = phase_idle;
  phase_start_ns = monotonic_ns();
  waited_ns = 0;
  waiting_since_ns = 0;
  stretch = 0;
  stop_seen = 0;
  term_seen = 0;
  exit_note = ExitNote::none;
  crash.signal = 0;
  crash.code = 0;
  crash.address = 0;
  crash.has_address = 0;
  crash.is_stack_overflow = 0;
  crash.is_foreign = 0;
  crash.sender_pid = 0;
  crash.has_terminated = 0;
  crash.exception[0] = '\0';
  dump.is_there = 0;
  std::memset(marker, 0, sizeof marker);
  outbox_state = 0;
}

void SlotBlock::enter(uint32_t new_phase) noexcept {
  waited_ns = 0;
  phase_start_ns = monotonic_ns();
  phase = new_phase;
}

void SlotBlock::begin_stretch() noexcept {
  uint64_t old = stretch;
  do {
    // Before the wish goes: a signal in between has to find one of the two.
    if ((old & 1) != 0) stop_seen = 1;
  } while (!stretch.compare_exchange_weak(old, (old | 1) + 1));
}

SlotMemory::SlotMemory(std::string_view run_id)
    : memory_(::memfd_create(("e2e-run-" + std::string(run_id)).c_str(), MFD_CLOEXEC)) {
  if (!memory_ || ::ftruncate(memory_.get(), memory_bytes) != 0) fail();
  void* map = ::mmap(nullptr, memory_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(), 0);
  if (map == MAP_FAILED) fail();
  base_ = static_cast<char*>(map);
}

SlotMemory::~SlotMemory() {
  if (base_ != nullptr) ::munmap(base_, memory_bytes);
}

SlotBlock& SlotMemory::block(uint32_t slot) const noexcept {
  return *reinterpret_cast<SlotBlock*>(base_ + slot * block_bytes);
}

SlotBlock* SlotMemory::keep_only(uint32_t slot) noexcept {
  void* own = ::mmap(nullptr, block_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory_.get(),
                     static_cast<off_t>(slot * block_bytes));
  ::munmap(base_, memory_bytes);
  base_ = nullptr;
  memory_.reset();
  return own == MAP_FAILED ? nullptr : static_cast<SlotBlock*>(own);
}

std::string SlotMemory::mapping_name(std::string_view run_id) {
  return "/memfd:e2e-run-" + std::string(run_id);
}

}  // namespace e2e::host
