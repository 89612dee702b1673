#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/ink.hpp"
#include "report/run_tally.hpp"
#include "report/slot_table.hpp"
#include "report/time_left.hpp"

namespace e2e::host {

/// How a run is going, for a terminal.
struct Progress {
  const RunTally& tally;
  const SlotTable& slots;
  const TimeLeft& time_left;
  int64_t time_ns = 0;
};

/// The progress bar, with counts, the time that has passed and the time that is left, as far as they fit.
std::string progress_bar(const Progress& progress, int columns, const Ink& ink);

/// The bar, and below it what runs now: a line a slot, the longest running ones where there are more than
/// `most_slots`, then how many there are besides. `with_idle`: slots that are between tests, too. None is
/// wider than `columns`.
std::vector<std::string> progress_lines(const Progress& progress, int columns, size_t most_slots,
                                        bool with_idle, const Ink& ink);

}  // namespace e2e::host
