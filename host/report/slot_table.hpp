#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// A slot with a worker in it, and what that runs.
struct SlotAtWork {
  uint32_t slot = 0;
  std::optional<AttemptStarted> running;  ///< none: it is between tests
  int64_t since_ns = 0;                   ///< when that started
  bool is_slow = false;                   ///< as TestSlow has told of it
};

/// What each slot's workers are at, and what they have used of the machine. One thread.
class SlotTable {
 public:
  void on_event(const Event& event);

  /// The slots that a worker is in, by number.
  [[nodiscard]] std::vector<SlotAtWork> at_work() const;

  /// One line of what a worker that has exited used: `0.12 s user, 0.03 s system, 14.0 MiB`; empty where that
  /// is not known, as of a thread.
  static std::string use_text(const WorkerExited& exited);

  /// All slots with what their workers did and used, a line each below a heading, indented by three. Empty if
  /// there was no worker.
  [[nodiscard]] std::string text() const;

 private:
  struct SlotUse {
    uint32_t workers = 0, attempts = 0;
    int64_t busy_ns = 0;
    int64_t user_cpu_us = 0, system_cpu_us = 0, max_rss_kib = 0;
    std::optional<uint32_t> worker;  ///< in it now
    std::optional<AttemptStarted> running;
    int64_t running_since_ns = 0;
    bool is_slow = false;
  };
  std::map<uint32_t, SlotUse> slots_;
};

}  // namespace e2e::host
