#pragma once

#include <unistd.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/byte_codec.hpp"
#include "base/frame.hpp"
#include "base/unique_fd.hpp"
#include "worker/slot_memory.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// A worker's end of its control channel. Reports gather in the slot's memory, so that they outlive a crash,
/// and go out in one write at flush(). Not thread-safe: the caller holds a lock where several threads report.
class WorkerChannel {
 public:
  WorkerChannel(UniqueFd control, SlotBlock& block) noexcept
      : control_(std::move(control)), block_(block), owner_(::getpid()) {}

  /// Adds a report. What a copy of the process says that a test forked goes nowhere. Goes out at once if the
  /// gathered ones leave no room.
  void report(WorkerReport type, const ByteWriter& payload);
  /// Sends what is gathered. If the channel is gone the worker can't be heard any more: is_lost() from then
  /// on, and what was gathered stays in the slot's memory.
  void flush() noexcept;
  /// Sends what is gathered, then a report that nothing comes after. The slot's memory is not touched once
  /// that is on its way: another worker may have it as soon as the host has heard.
  void report_last(WorkerReport type);
  [[nodiscard]] bool is_lost() const noexcept { return is_lost_; }
  /// False if the running test closed the descriptor under it.
  [[nodiscard]] bool is_open() const noexcept;
  /// Lets the host see the end of the channel. Nothing is reported after.
  void close() noexcept { control_.reset(); }

  /// The host's next order; waits. nullopt: the host is gone. The payload is borrowed until the next call.
  std::optional<Frame> wait_for_order();
  /// The host's next order if one is there already.
  std::optional<Frame> poll_order();

 private:
  std::optional<Frame> read_order(bool waits);

  UniqueFd control_;
  SlotBlock& block_;
  const pid_t owner_;
  FrameBuffer orders_;
  bool is_lost_ = false;
};

/// Where a slot's gathered frames begin in the stream, and how many bytes of them there are.
struct OutboxState {
  uint64_t offset = 0;
  uint32_t size = 0;
  static OutboxState unpack(uint64_t word) noexcept {
    return {word >> 24, static_cast<uint32_t>(word & 0xFFFFFF)};
  }
  [[nodiscard]] uint64_t pack() const noexcept { return offset << 24 | size; }
};

/// What a living worker has gathered and not sent, as far as that can be read while it goes on: empty where
/// it sends too often.
std::string gathered_reports(const SlotBlock& block, uint64_t received_bytes);

/// What a dead worker had gathered and not sent, given how many bytes of its stream have come.
std::string_view unsent_reports(const SlotBlock& block, uint64_t received_bytes) noexcept;

}  // namespace e2e::host
