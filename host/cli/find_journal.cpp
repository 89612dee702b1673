#include "cli/find_journal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "base/fatal.hpp"
#include "base/near_miss.hpp"
#include "base/utf8.hpp"
#include "selection/last_run.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* journal_name = "events.ndjson";

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// 20260131-235959-ID
bool has_id(const std::string& name, const std::string& id) {
  constexpr size_t id_at = 16;
  return name.size() > id_at && name.compare(id_at, name.npos, id) == 0;
}

std::optional<fs::path> find_journal(const std::string& word, const fs::path& runs_folder) {
  if (word == "latest") {
    const auto last = find_last_run(runs_folder);
    return last ? std::optional(*last / journal_name) : std::nullopt;
  }
  for (const std::string& name : run_names(runs_folder))
    if (name == word || has_id(name, word)) return runs_folder / name / journal_name;
  if (is_folder(word)) {
    const fs::path journal = fs::path(word) / journal_name;
    return is_there(journal) ? std::optional(journal) : std::nullopt;
  }
  return is_there(word) ? std::optional(fs::path(word)) : std::nullopt;
}

std::string problem(const std::string& word, const fs::path& runs_folder) {
  if (word == "latest")
    return fmt::format("error: there is no run in {}\nhint: `e2e-host run` makes one",
                       printable(runs_folder.string()));
  if (is_folder(word))
    return fmt::format(
        "error: the folder {} is no run's: it has no {}\nhint: a run's folder is one of .e2e/runs",
        printable(word), journal_name);
  const std::string meant = near_miss(word, run_names(runs_folder));
  return fmt::format(
      "error: there is no run '{}'{}\nhint: a run is `latest`, a name in {}, a run's folder, or a "
      "journal",
      printable(word), meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant),
      printable(runs_folder.string()));
}

}  // namespace

std::vector<std::string> run_names(const fs::path& runs_folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(runs_folder, error), end; !error && entry != end; entry.increment(error))
    if (is_there(entry->path() / journal_name)) names.push_back(entry->path().filename().string());
  std::sort(names.rbegin(), names.rend());
  return names;
}

std::vector<JournalFile> find_journals(const std::vector<std::string>& words, const fs::path& runs_folder) {
  std::vector<JournalFile> found;
  std::string problems;
  for (const std::string& word : words) {
    if (const auto journal = find_journal(word, runs_folder))
      found.push_back({*journal, word});
    else
      problems += (problems.empty() ? "" : "\n") + problem(word, runs_folder);
  }
  if (!problems.empty()) throw Fatal(ExitCode::usage, problems);
  return found;
}

}  // namespace e2e::host
