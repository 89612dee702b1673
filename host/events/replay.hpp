#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event.hpp"
#include "events/event_reader.hpp"

namespace e2e::host {

/// Takes events in order: those of a run such as reporters know them.
using EventSink = std::function<void(const Event&)>;

/// Makes of a journal's lines, which may end anywhere and say anything, a run such as reporters know it:
/// run_started first and once; attempts of a test in order, each finished once and none behind its
/// test_finished; a test_finished for each test; run_finished last. Events that fit are passed on as they
/// are.
///
/// Where the journal ends without a run_finished, what finished stays as it finished, attempts that were
/// running are `interrupted` (the one that took a host of isolation `none` with it: `crashed`), the rest is
/// `not_run`, and the run_finished says is_cut_off. Lines that can't be are passed over; a `trouble` tells of
/// them in the end, and the run is no green one. One run, one thread.
class Replay {
 public:
  explicit Replay(EventSink sink) : sink_(std::move(sink)) {}

  /// The journal's next line, without its newline. Throws BadEvent if it is the first one and no run_started.
  void take_line(std::string_view line);
  /// The journal ended, perhaps with a piece of a line. `is_going_on`: its host is alive. Not before
  /// has_started().
  void finish(std::string_view piece, bool is_going_on);

  [[nodiscard]] bool has_started() const noexcept { return run_.has_value(); }

 private:
  struct Test {
    uint32_t last_finished = 0;  ///< attempt; 0: none
    std::optional<AttemptStarted> running;
    int64_t running_since_ns = 0;
    Status status = Status::passed;  ///< of the last finished attempt
    std::string reason;              ///< of that
    std::optional<Outcome> outcome;
  };

  void take(JournalEntry entry);
  void take_event(Event event);
  void check_sequence(uint64_t sequence);
  void start(const RunStarted& run);
  void take(const AttemptStarted& started, int64_t time_ns);
  void take(const TestSlow& slow) const;
  void take(AttemptFinished& finished);
  void take(const TestFinished& finished);
  void end(RunFinished& run);
  void emit(decltype(Event::fact) fact);
  void interrupt(uint32_t test);
  [[nodiscard]] bool took_host(uint32_t test) const;
  [[nodiscard]] TestFinished outcome_of(uint32_t test) const;
  [[nodiscard]] RunFinished cut_off() const;
  void add_damage(const std::string& what);

  EventSink sink_;
  EventReader reader_;
  std::optional<RunStarted> run_;
  std::vector<Test> tests_;
  std::optional<RunCrashed> crash_;
  uint64_t line_ = 0, sequence_ = 0;
  int64_t time_ns_ = 0, work_ns_ = 0;
  uint64_t damages_ = 0;
  std::string damage_;  ///< the first of them
  bool was_passed_over_ = false;
  /// What is said of attempts and tests whose ends are not there.
  std::string why_interrupted_ = "the journal does not say how it ended",
              why_not_run_ = "the journal does not say what became of it";
  bool is_going_on_ = false, has_finished_ = false;
};

}  // namespace e2e::host
