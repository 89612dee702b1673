#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_codec.hpp"
#include "events/event.hpp"
#include "worker/wire.hpp"

namespace e2e::host {

/// Gathers what a worker reports of one attempt, or of a scope's fixture, until it ends. Bounded in number:
/// what comes past a bound is counted in a note.
class AttemptRecord {
 public:
  static constexpr size_t max_failures = 1000, max_steps = 10'000, max_exchanges = 10'000, max_notes = 1000,
                          max_leaks = 100, max_attachments = 100, max_messages = 10'000;
  static constexpr uint64_t max_attachment_bytes = 64u << 20;  ///< of all attachments together
  static constexpr uint64_t max_body_bytes = 32u << 20;        ///< of all whole bodies together

  /// Starts afresh. Times are monotonic; `run_start_ns` is when the run's clock began.
  void begin(uint32_t test, uint32_t attempt, int64_t start_monotonic_ns, int64_t run_start_ns);
  [[nodiscard]] bool is_open() const noexcept { return is_open_; }
  [[nodiscard]] uint32_t test() const noexcept { return facts_.test; }
  [[nodiscard]] uint32_t attempt() const noexcept { return facts_.attempt; }
  [[nodiscard]] int64_t start_monotonic_ns() const noexcept { return start_monotonic_ns_; }

  /// Takes a report of the kinds failure, skip, step_begin, step_end, note, exchange, message, leaked; false
  /// if it is another. Throws BadBytes.
  bool take(WorkerReport type, ByteReader& in);

  /// Whether an attachment of that size is within the bounds.
  [[nodiscard]] bool has_room_for_attachment(uint64_t bytes) const noexcept {
    return facts_.attachments.size() < max_attachments && bytes <= max_attachment_bytes - attachment_bytes_;
  }
  /// Of one that has room.
  void add(AttachmentRecord attachment);
  void add_note(std::string text);
  /// The exchange that came as the `number`th, from 0. Null: it was one too many, or there is none, or what
  /// is kept of whole bodies has no room for so many bytes more.
  [[nodiscard]] ExchangeRecord* exchange_with_room_for(uint32_t number, uint64_t body_bytes);

  /// What is known, with the reasons of a crash where `crash` is not empty; the record is closed.
  AttemptFinished end(int64_t end_monotonic_ns);
  /// The failures gathered, for a fixture that is no attempt; the record is closed.
  std::vector<Failure> take_failures();

  /// "click here (01_create.cpp:12)": the step that was open last, or that ended last; empty if none.
  [[nodiscard]] std::string last_step() const;
  /// "POST http://... -> 201"; empty if none.
  [[nodiscard]] std::string last_request() const;

 private:
  /// Counts what has none.
  bool has_room(size_t size, size_t limit);
  void take_exchange(ByteReader& in);
  void take_message(ByteReader& in);
  void begin_step(ByteReader& in);
  void end_step(ByteReader& in);

  AttemptFinished facts_;
  int64_t start_monotonic_ns_ = 0;
  int64_t run_start_ns_ = 0;
  std::vector<size_t> open_steps_;
  std::map<uint64_t, size_t> connections_;  ///< of WebSockets: the exchange that opened it
  size_t messages_ = 0;                     ///< of all WebSockets
  uint64_t attachment_bytes_ = 0;
  uint64_t body_bytes_ = 0;
  size_t left_out_ = 0;
  size_t open_left_out_ = 0;  ///< steps begun and not ended, of those left out
  bool is_open_ = false;
};

}  // namespace e2e::host
