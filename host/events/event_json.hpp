#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json_text.hpp"
#include "events/event.hpp"

namespace e2e::host {

/// Version of the lines' schema, said by the first line of every run. Members may be added without a new one.
inline constexpr uint32_t kEventSchema = 1;

// Members of docs/events.md, put into an object that has begun: for reports that have them, too.

/// `environment` of run_started, unless nothing of it is known.
void put_environment(JsonText& json, const RunEnvironment& environment);
/// Those of each of `tests` of run_started.
void put_test(JsonText& json, const TestInfo& test);
/// Those of attempt_finished from `attempt` on.
void put_attempt(JsonText& json, const AttemptFinished& attempt);
/// Those of fixture_failed.
void put_fixture(JsonText& json, const FixtureFailed& fixture);

/// Writes a run's events as lines of JSON: the journal, `--output ndjson` and what `exec:` reporters are fed.
/// The schema is docs/events.md. Lines name a test by its full id, which the writer knows from the run's
/// first event. One run, one thread.
class EventWriter {
 public:
  /// The event as one line, without the newline. It is UTF-8: other bytes in texts become U+FFFD.
  /// Throws std::out_of_range for a test that the last RunStarted did not list.
  std::string line(const Event& event);
  /// The same, behind what is in `lines` already, which is lost where it throws.
  void append_line(std::string& lines, const Event& event);

 private:
  std::vector<std::string> test_ids_;  ///< as JSON text, quotes included
};

}  // namespace e2e::host
