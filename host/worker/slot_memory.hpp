#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "stacks/crash_dump.hpp"
#include "worker/rate_limiters.hpp"

namespace e2e::host {

/// What a worker was doing last. Values from e2e/ext/report.h are phases of a plugin; 0 and those past 100
/// are ours.
inline constexpr uint32_t phase_idle = 0;
inline constexpr uint32_t phase_loading = 101;
inline constexpr uint32_t phase_finishing = 102;  ///< between a test's end and the next one's start

/// How a worker left, where the wait status alone does not tell.
enum class ExitNote : uint32_t {
  none = 0,
  exit_called,     ///< exit() ran while a test had the thread
  channel_closed,  ///< the control channel was closed under it
  broken_promise,  ///< the plugin broke the ABI: the text came as a frame
  setting_up,      ///< nothing of a plugin has run yet
  no_slot_memory,  ///< likewise: the kernel would not map its slot
  no_cgroup,       ///< likewise: it could not enter its control group
};

/// What a crashing thread's signal handler wrote. Valid once `signal` is not 0.
struct CrashNote {
  std::atomic<int32_t> signal;
  int32_t code;          ///< si_code
  uint64_t address;      ///< si_addr
  uint32_t has_address;  ///< 1 where the signal carries one
  uint32_t is_stack_overflow;
  uint32_t is_foreign;  ///< 1: sent by another process, sender_pid
  int32_t sender_pid;
  uint32_t has_terminated;  ///< 1: std::terminate() was called
  char exception[512];      ///< what was thrown then, "std::runtime_error: no money left"; empty: nothing was
};

/// One slot's block of memory, shared between the host and the slot's worker: who is running what, readable
/// after any death. Written by the worker; the host writes the lowest bit of `stretch`, and reset() between
/// two workers. A hostile plugin can scribble here: the host believes no size or index from it unchecked.
struct SlotBlock {
  std::atomic<uint32_t> test;  ///< index of the running test, no_test if none
  std::atomic<uint32_t> attempt;
  std::atomic<uint32_t> phase;
  std::atomic<int64_t> phase_start_ns;    ///< monotonic_ns()
  std::atomic<int64_t> waited_ns;         ///< in this phase, for others: not counted against its budget
  std::atomic<int64_t> waiting_since_ns;  ///< 0: not waiting
  /// Which stretch of work this is (an attempt, a scope's end, what lies between) and, in the lowest bit,
  /// whether the host wants it to end: one word, so that the wish can't meet the next stretch.
  std::atomic<uint64_t> stretch;
  std::atomic<uint32_t> stop_seen;  ///< the host wanted a stretch to end that is over: the worker stops
  std::atomic<uint32_t> term_seen;  ///< SIGTERM reached the worker's own handler
  std::atomic<ExitNote> exit_note;
  CrashNote crash;
  char marker[16];  ///< ends an attempt's output in the capture pipes; made by the host for each worker

  /// Frames not yet sent: bits 63..24 the stream offset of outbox[0], bits 23..0 the bytes in it. One word,
  /// so that a death at any moment leaves it true.
  std::atomic<uint64_t> outbox_state;
  static constexpr size_t outbox_capacity = 32 * 1024;
  char outbox[outbox_capacity];

  CrashDump dump;  ///< of the thread that crashed

  static constexpr uint32_t no_test = 0xFFFFFFFF;
  /// Ready for a new worker. Called by the host while the slot has none.
  void reset() noexcept;
  /// Enters a phase: its budget starts now.
  void enter(uint32_t new_phase) noexcept;

  // The worker's.
  /// The stretch is over and another begins; a wish that it met is kept in `stop_seen`.
  void begin_stretch() noexcept;
  /// The host wants the running stretch, or wanted an earlier one, to end.
  [[nodiscard]] bool has_stop_wish() const noexcept { return (stretch & 1) != 0 || stop_seen != 0; }

  // The host's.
  /// Wants the running stretch to end, whichever it is.
  void wish_to_stop() noexcept { stretch |= 1; }
  /// Wants that stretch to end. False: it is over.
  bool wish_to_stop(uint64_t wanted) noexcept { return stretch.compare_exchange_strong(wanted, wanted | 1); }
};
static_assert(std::atomic<uint64_t>::is_always_lock_free && std::atomic<ExitNote>::is_always_lock_free);

/// The blocks of all slots, in a memfd that host, launcher and keeper map and whose name tells the run, so
/// that a process of the run can be told by its mappings.
class SlotMemory {
 public:
  static constexpr uint32_t max_slots = 1024;

  /// Throws std::system_error.
  explicit SlotMemory(std::string_view run_id);
  ~SlotMemory();
  SlotMemory(const SlotMemory&) = delete;
  SlotMemory& operator=(const SlotMemory&) = delete;

  [[nodiscard]] SlotBlock& block(uint32_t slot) const noexcept;
  /// What all workers of the run share, and keep.
  [[nodiscard]] const RateLimiters& limiters() const noexcept { return limiters_; }
  /// In a new worker: gives up the map of all slots and keeps one of its own, for the life of the process.
  /// Null if the kernel refuses.
  [[nodiscard]] SlotBlock* keep_only(uint32_t slot) noexcept;
  /// What such a mapping is called in /proc/PID/maps.
  static std::string mapping_name(std::string_view run_id);

 private:
  UniqueFd memory_;
  char* base_ = nullptr;
  RateLimiters limiters_;
};

}  // namespace e2e::host
