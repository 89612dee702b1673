#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// Why a line is no event of this schema, in a phrase.
class BadEvent : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The last line of a journal whose host a test took with it, under isolation `none`.
struct RunCrashed {
  struct Running {
    uint32_t test = 0;
    uint32_t attempt = 1;
    uint32_t slot = 0;
  };
  int32_t signal = 0;
  std::vector<Running> running;
};

/// An event of a kind that this version does not know.
struct UnknownEvent {
  uint64_t sequence = 0;
  std::string name;
};

using JournalEntry = std::variant<Event, RunCrashed, UnknownEvent>;

class JsonLine;

/// Reads what EventWriter writes: docs/events.md. Lines may be anything: what a number may be, how many items
/// a list has and how deep a line is nested are bounded. Members that are not known are passed over. One run,
/// one thread.
class EventReader {
 public:
  /// No event's line is longer.
  static constexpr size_t max_line_bytes = 256u << 20;
  /// No time of a run is later: 52 days.
  static constexpr int64_t max_time_ns = int64_t{1} << 52;

  EventReader();
  ~EventReader();

  /// `line` is without its newline. Throws BadEvent.
  JournalEntry read(std::string_view line);

 private:
  std::unique_ptr<JsonLine> json_;
  std::unordered_map<std::string, uint32_t> tests_;  ///< indices in the run's RunStarted, by id
  bool has_run_ = false;
};

}  // namespace e2e::host
