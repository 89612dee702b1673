// libFuzzer: any bytes as a journal make a run such as reporters know it, or none.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "events/event_json.hpp"
#include "events/replay.hpp"

namespace {

using namespace e2e::host;

void require(bool holds) {
  if (!holds) std::abort();
}

/// What reporters rely on.
class Checker {
 public:
  void see(const Event& event) {
    require(!has_finished_);
    if (const auto* run = std::get_if<RunStarted>(&event.fact)) {
      require(!has_started_);
      has_started_ = true;
      outcomes_.resize(run->tests.size());
    }
    require(has_started_);
    if (const auto* finished = std::get_if<TestFinished>(&event.fact)) {
      require(finished->test < outcomes_.size() && !outcomes_[finished->test]);
      outcomes_[finished->test] = true;
    }
    if (const auto* attempt = std::get_if<AttemptFinished>(&event.fact))
      require(attempt->test < outcomes_.size() && !outcomes_[attempt->test]);
    has_finished_ = std::holds_alternative<RunFinished>(event.fact);
    // What was read can be written.
    require(!writer_.line(event).empty());
  }
  void end() const {
    require(has_finished_);
    for (const bool has_outcome : outcomes_) require(has_outcome);
  }

 private:
  EventWriter writer_;
  std::vector<bool> outcomes_;
  bool has_started_ = false, has_finished_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Checker checker;
  Replay replay([&checker](const Event& event) { checker.see(event); });
  try {
    for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      replay.take_line(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  } catch (const BadEvent&) {
    return 0;
  }
  if (!replay.has_started()) return 0;
  replay.finish(rest, size % 2 == 1);
  checker.end();
  return 0;
}
