#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>

namespace e2e::host {

/// What the project's last run left to be done.
struct LastRun {
  std::filesystem::path folder;
  /// Ids of tests that failed, were not run, did not finish, or were skipped because of a test that did not
  /// pass.
  std::set<std::string> unfinished;
};

/// The folder of the run that started last of those in `runs_folder` (.e2e/runs) whose journal says which
/// tests it had. nullopt: there is none.
std::optional<std::filesystem::path> find_last_run(const std::filesystem::path& runs_folder);

/// Reads the journal of a run. It may end anywhere, as that of a killed run does; one that can't be read
/// leaves nothing to be done.
LastRun read_run(const std::filesystem::path& folder);

}  // namespace e2e::host
