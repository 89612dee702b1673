#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/event.hpp"
#include "report/run_tally.hpp"

namespace e2e::host {

/// What each slot's workers are at, and what they have used of the machine. One thread.
class SlotTable {
 public:
  void on_event(const Event& event);

  /// A line for each slot that a worker is in, of at most `width` columns, for a terminal while it runs:
  /// `slot 0  users::01_a::b  1.2 s`. At most 16 of them, then how many there are besides.
  [[nodiscard]] std::vector<std::string> at_work(const RunTally& tally, int64_t time_ns, int width) const;

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
  };
  std::map<uint32_t, SlotUse> slots_;
};

}  // namespace e2e::host
