#include "selection/last_run.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

namespace e2e::host {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A line longer than this is no event of ours that tells of outcomes.
constexpr size_t max_line_bytes = 256u << 20;

/// A member that is a text; else empty.
std::string text_of(const json& event, const char* key) {
  const auto found = event.find(key);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

json parse_event(const std::string& line) {
  json event = json::parse(line, nullptr, false);
  return event.is_object() ? event : json::object();
}

/// The first event of a run, if it is one's; else an empty object.
json first_event(const fs::path& folder) {
  std::ifstream journal(folder / "events.ndjson", std::ios::binary);
  std::string line;
  if (!std::getline(journal, line) || line.size() > max_line_bytes) return json::object();
  json event = parse_event(line);
  return text_of(event, "event") == "run_started" ? event : json::object();
}

/// Folders of runs, the newest names first.
std::vector<fs::path> newest_first(const fs::path& runs_folder) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator entry(runs_folder, error), end; !error && entry != end; entry.increment(error))
    folders.push_back(entry->path());
  std::sort(folders.rbegin(), folders.rend());
  return folders;
}

/// A folder's name begins with the second that the run was started in.
std::string second_of(const fs::path& folder) {
  constexpr size_t length = 15;  // 20260131-235959
  return folder.filename().string().substr(0, length);
}

bool is_unfinished(const json& finished) {
  const std::string outcome = text_of(finished, "outcome");
  return outcome == "failed" || outcome == "not_run" ||
         (outcome == "skipped" && text_of(finished, "reason").starts_with("depends on "));
}

}  // namespace

std::optional<fs::path> find_last_run(const fs::path& runs_folder) {
  fs::path last;
  int64_t last_start_ns = 0;
  for (const fs::path& folder : newest_first(runs_folder)) {
    if (!last.empty() && second_of(folder) != second_of(last)) break;
    const json event = first_event(folder);
    if (event.empty()) continue;
    const auto start = event.find("start_unix_ns");
    const int64_t start_ns =
        start != event.end() && start->is_number_integer() ? start->get<int64_t>() : int64_t{0};
    if (!last.empty() && start_ns <= last_start_ns) continue;
    last = folder;
    last_start_ns = start_ns;
  }
  return last.empty() ? std::nullopt : std::optional(last);
}

LastRun read_run(const fs::path& folder) {
  LastRun run{folder, {}};
  const json started = first_event(folder);
  if (const auto tests = started.find("tests"); tests != started.end() && tests->is_array())
    for (const json& test : *tests)
      if (test.is_object()) run.unfinished.insert(text_of(test, "id"));
  std::ifstream journal(folder / "events.ndjson", std::ios::binary);
  for (std::string line; std::getline(journal, line);) {
    // Most lines are attempts with all their requests: no need to take them apart.
    if (line.find("\"test_finished\"") == line.npos) continue;
    const json event = parse_event(line);
    if (text_of(event, "event") == "test_finished" && !is_unfinished(event))
      run.unfinished.erase(text_of(event, "test"));
  }
  return run;
}

}  // namespace e2e::host
