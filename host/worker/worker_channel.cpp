#include "worker/worker_channel.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace e2e::host {

void WorkerChannel::report(WorkerReport type, const ByteWriter& payload) {
  if (::getpid() != owner_) return;
  const auto size = static_cast<uint32_t>(payload.bytes().size() + sizeof(uint16_t));
  const size_t total = sizeof size + size;
  OutboxState state = OutboxState::unpack(block_.outbox_state);
  if (state.size + total > SlotBlock::outbox_capacity) {
    flush();
    state = OutboxState::unpack(block_.outbox_state);
  }
  if (state.size + total > SlotBlock::outbox_capacity) {
    if (is_lost_) return;
    std::string frame;
    append_frame(frame, static_cast<uint16_t>(type), payload.bytes());
    is_lost_ = !send_all(control_.get(), frame.data(), frame.size());
    state.offset += frame.size();
    block_.outbox_state = state.pack();
    return;
  }
  char* const at = block_.outbox + state.size;
  std::memcpy(at, &size, sizeof size);
  const auto number = static_cast<uint16_t>(type);
  std::memcpy(at + sizeof size, &number, sizeof number);
  std::memcpy(at + frame_header_bytes, payload.bytes().data(), payload.bytes().size());
  state.size += static_cast<uint32_t>(total);
  block_.outbox_state.store(state.pack(), std::memory_order_release);
}

void WorkerChannel::flush() noexcept {
  if (::getpid() != owner_) return;
  OutboxState state = OutboxState::unpack(block_.outbox_state);
  if (state.size == 0 || is_lost_) return;
  if (!send_all(control_.get(), block_.outbox, state.size)) {
    is_lost_ = true;
    return;
  }
  block_.outbox_state.store(OutboxState{state.offset + state.size, 0}.pack(), std::memory_order_release);
}

void WorkerChannel::report_last(WorkerReport type) {
  if (::getpid() != owner_) return;
  flush();
  std::string frame;
  append_frame(frame, static_cast<uint16_t>(type), {});
  if (!is_lost_) is_lost_ = !send_all(control_.get(), frame.data(), frame.size());
  // Not heard, then: the slot is still this worker's, and the host reads it there once the worker is gone.
  if (is_lost_) report(type, ByteWriter());
}

bool WorkerChannel::is_open() const noexcept { return ::fcntl(control_.get(), F_GETFD) >= 0; }

std::optional<Frame> WorkerChannel::wait_for_order() { return read_order(true); }
std::optional<Frame> WorkerChannel::poll_order() { return read_order(false); }

std::optional<Frame> WorkerChannel::read_order(bool waits) {
  while (true) {
    if (auto frame = orders_.next()) return frame;
    char bytes[64 * 1024];
    const ssize_t n = ::recv(control_.get(), bytes, sizeof bytes, waits ? 0 : MSG_DONTWAIT);
    if (n > 0) {
      orders_.append({bytes, static_cast<size_t>(n)});
      continue;
    }
    if (n < 0 && errno == EINTR && !block_.has_stop_wish()) continue;
    return std::nullopt;
  }
}

std::string gathered_reports(const SlotBlock& block, uint64_t received_bytes) {
  for (int tries = 0; tries < 3; ++tries) {
    const uint64_t before = block.outbox_state.load(std::memory_order_acquire);
    std::string reports(unsent_reports(block, received_bytes));
    std::atomic_thread_fence(std::memory_order_acquire);
    // What was copied stays as long as nothing is sent: until then the worker only appends.
    if (OutboxState::unpack(block.outbox_state.load(std::memory_order_acquire)).offset ==
        OutboxState::unpack(before).offset)
      return reports;
  }
  return {};
}

std::string_view unsent_reports(const SlotBlock& block, uint64_t received_bytes) noexcept {
  const OutboxState state = OutboxState::unpack(block.outbox_state.load(std::memory_order_acquire));
  const uint64_t size = std::min<uint64_t>(state.size, SlotBlock::outbox_capacity);
  if (received_bytes < state.offset || received_bytes - state.offset >= size) return {};
  const uint64_t sent = received_bytes - state.offset;
  return {block.outbox + sent, size - sent};
}

}  // namespace e2e::host
