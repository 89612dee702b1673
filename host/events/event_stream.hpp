#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "events/event.hpp"
#include "events/journal.hpp"
#include "events/reporter.hpp"

namespace e2e::host {

/// Puts a run's facts in order: numbers them, gives them their time, appends them to the journal, then shows
/// them to every reporter. On the event loop's thread.
class EventStream {
 public:
  /// `journal` may be null, for commands that keep none. The run's clock starts now.
  explicit EventStream(std::unique_ptr<Journal> journal)
      : journal_(std::move(journal)), start_ns_(monotonic_ns()) {}

  /// Shows events from now on.
  void add(std::unique_ptr<Reporter> reporter) { reporters_.push_back(std::move(reporter)); }

  /// Takes a fact; it is written and shown at flush().
  template <typename Fact>
  void emit(Fact fact) {
    pending_.push_back(Event{++sequence_, monotonic_ns() - start_ns_, std::move(fact)});
  }

  /// Writes what was emitted since the last time to the journal, in one write, and only then shows it. To be
  /// called at the end of each turn of the event loop.
  void flush();
  /// Lets reporters know that time passes. To be called some times a second.
  void tick();
  /// Shows output at once, after the events that were emitted before it. Nothing of it is written.
  void show_output(const LiveOutput& output);

  /// Shows what runs now, after the events that were emitted before it. Nothing of it is written.
  void show_status(const std::vector<RunningNow>& running);

  /// Leaves the terminal to others until the next event or tick.
  void pause();

  /// When the run's clock began, as monotonic_ns().
  [[nodiscard]] int64_t start_ns() const noexcept { return start_ns_; }
  /// Why the journal is not whole, empty if it is; a run with a broken journal is no green run.
  [[nodiscard]] std::string journal_error() const { return journal_ ? journal_->error() : std::string(); }

 private:
  void show(const Event& event);
  template <typename Call>
  void for_each_reporter(Call call);

  std::unique_ptr<Journal> journal_;
  std::vector<std::unique_ptr<Reporter>> reporters_;
  std::vector<Event> pending_;
  const int64_t start_ns_;
  uint64_t sequence_ = 0;
};

}  // namespace e2e::host
