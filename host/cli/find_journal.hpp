#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "events/replay_runs.hpp"

namespace e2e::host {

/// The journals that words of the command line mean: `latest`, a run's id or the name of its folder in
/// `runs_folder`, a run's folder, or a journal. Throws Fatal(usage) that names those that mean none.
std::vector<JournalFile> find_journals(const std::vector<std::string>& words,
                                       const std::filesystem::path& runs_folder);

/// The names that runs of that folder have there, the newest first.
std::vector<std::string> run_names(const std::filesystem::path& runs_folder);

}  // namespace e2e::host
