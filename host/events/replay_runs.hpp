#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "events/replay.hpp"

namespace e2e::host {

/// A run's journal.
struct JournalFile {
  std::filesystem::path path;
  std::string shown;  ///< what people call it
};

/// What was found out of the journals while they were replayed.
struct Replayed {
  int exit_code = 0;                  ///< what the run's run_finished says
  std::vector<std::string> going_on;  ///< those whose hosts are alive, as `shown`
};

/// Shows the run that the journals are of: one as Replay does, several as Merge does, in the order they
/// started; one that is given twice counts once. Throws Fatal where a file can't be read (usage), is no
/// journal (usage), or ends before it says which tests its run has (infrastructure), before anything is
/// shown.
Replayed replay_runs(const std::vector<JournalFile>& files, const EventSink& sink);

}  // namespace e2e::host
