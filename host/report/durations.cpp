#include "report/durations.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>
#include <vector>

#include "report/output_file.hpp"

namespace e2e::host {
namespace {

constexpr size_t kMostBytesOfTimes = 16u << 20;
/// Longer ids are not kept, nor such that a line can't hold.
constexpr size_t kLongestId = 1024;
/// What the file holds at most, so that tests that are no more don't fill it for ever.
constexpr size_t kMostTests = 200'000;

bool is_kept(const std::string& id) {
  return id.size() <= kLongestId && id.find_first_of("\r\n") == std::string::npos;
}

class DurationsWriter : public Reporter {
 public:
  explicit DurationsWriter(std::filesystem::path path) : path_(std::move(path)) {}

  void on_event(const Event& event) override {
    if (const auto* run = std::get_if<RunStarted>(&event.fact)) {
      for (const TestInfo& test : run->tests) ids_.push_back(is_kept(test.id) ? test.id : std::string());
      last_ns_.resize(ids_.size());
    } else if (const auto* attempt = std::get_if<AttemptFinished>(&event.fact)) {
      if (attempt->status == Status::passed) last_ns_.at(attempt->test) = attempt->duration_ns;
    } else if (std::holds_alternative<RunFinished>(event.fact)) {
      write();
    }
  }

 private:
  void write() {
    Durations all = read_durations(path_);
    bool has_any = false;
    const bool has_room = all.size() + ids_.size() <= kMostTests;
    if (!has_room) all.clear();
    for (size_t i = 0; i < ids_.size(); ++i) {
      if (last_ns_[i] <= 0 || ids_[i].empty()) continue;
      all[ids_[i]] = last_ns_[i];
      has_any = true;
    }
    if (!has_any) return;
    std::vector<std::pair<std::string, int64_t>> sorted(all.begin(), all.end());
    std::sort(sorted.begin(), sorted.end());
    OutputFile file(path_);
    for (const auto& [id, duration_ns] : sorted) file.write(std::to_string(duration_ns) + ' ' + id + '\n');
    file.commit();
  }

  const std::filesystem::path path_;
  std::vector<std::string> ids_;
  std::vector<int64_t> last_ns_;
};

}  // namespace

Durations read_durations(const std::filesystem::path& path) {
  Durations durations;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return durations;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMostBytesOfTimes) return durations;
  std::ifstream in(path, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    int64_t duration_ns = 0;
    const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), duration_ns);
    const auto id_at = static_cast<size_t>(end - line.data()) + 1;
    if (problem != std::errc() || duration_ns <= 0 || id_at >= line.size() || *end != ' ') continue;
    durations[line.substr(id_at)] = duration_ns;
  }
  return durations;
}

std::unique_ptr<Reporter> make_durations_writer(std::filesystem::path path) {
  return std::make_unique<DurationsWriter>(std::move(path));
}

}  // namespace e2e::host
