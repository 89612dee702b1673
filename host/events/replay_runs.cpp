#include "events/replay_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/fatal.hpp"
#include "base/utf8.hpp"
#include "events/journal_lines.hpp"
#include "events/merge.hpp"

namespace e2e::host {
namespace {

/// A journal from its first line on.
class OpenJournal {
 public:
  explicit OpenJournal(const JournalFile& file)
      : file_(file),
        lines_(file.path),
        replay_([this](const Event& event) { show(event); }),
        folder_(std::filesystem::absolute(file.path).parent_path().string()) {
    std::string_view line;
    if (!lines_.next(line))
      throw Fatal(
          ExitCode::infrastructure,
          fmt::format("error: the journal {} does not say which tests its run has: the run ended, or is, "
                      "before its first test\nhint: run again",
                      printable(file.shown)));
    try {
      replay_.take_line(line);
    } catch (const BadEvent& bad) {
      throw Fatal(ExitCode::usage, fmt::format("error: {} is no journal of a run: line 1: {}\nhint: a run's "
                                               "journal is events.ndjson in its folder",
                                               printable(file.shown), bad.what()));
    }
  }
  OpenJournal(const OpenJournal&) = delete;
  OpenJournal& operator=(const OpenJournal&) = delete;

  [[nodiscard]] const RunStarted& run() const { return std::get<RunStarted>(first_->fact); }
  [[nodiscard]] const std::string& shown() const { return file_.shown; }

  /// Shows all events. True if the run is still going on.
  bool play(EventSink sink) {
    sink_ = std::move(sink);
    sink_(*first_);
    // Asked before the end is read: what is written meanwhile is not missed.
    const bool is_going_on = lines_.is_going_on();
    for (std::string_view line; lines_.next(line);) replay_.take_line(line);
    replay_.finish(lines_.piece(), is_going_on);
    return is_going_on && is_cut_off_;
  }

 private:
  void show(Event event) {
    if (auto* attempt = std::get_if<AttemptFinished>(&event.fact)) {
      for (AttachmentRecord& attachment : attempt->attachments) attachment.folder = folder_;
      for (ExchangeRecord& exchange : attempt->exchanges) exchange.folder = folder_;
    }
    if (!first_) {
      first_ = event;
      return;
    }
    if (const auto* finished = std::get_if<RunFinished>(&event.fact)) is_cut_off_ = finished->is_cut_off;
    sink_(event);
  }

  JournalFile file_;
  JournalLines lines_;
  Replay replay_;
  const std::string folder_;
  EventSink sink_;
  std::optional<Event> first_;
  bool is_cut_off_ = false;
};

using Journals = std::vector<std::unique_ptr<OpenJournal>>;

Journals open_journals(const std::vector<JournalFile>& files) {
  Journals journals;
  std::set<std::string> runs;
  for (const JournalFile& file : files) {
    auto journal = std::make_unique<OpenJournal>(file);
    if (runs.insert(journal->run().run_id).second) journals.push_back(std::move(journal));
  }
  std::stable_sort(journals.begin(), journals.end(), [](const auto& a, const auto& b) {
    return a->run().start_unix_ns < b->run().start_unix_ns;
  });
  return journals;
}

}  // namespace

Replayed replay_runs(const std::vector<JournalFile>& files, const EventSink& sink) {
  const Journals journals = open_journals(files);
  Replayed replayed;
  const EventSink show = [&](const Event& event) {
    if (const auto* finished = std::get_if<RunFinished>(&event.fact))
      replayed.exit_code = finished->exit_code;
    sink(event);
  };
  if (journals.size() == 1) {
    if (journals[0]->play(show)) replayed.going_on.push_back(journals[0]->shown());
    return replayed;
  }
  std::vector<RunStarted> runs;
  for (const auto& journal : journals) runs.push_back(journal->run());
  Merge merge(runs, show);
  for (size_t run = 0; run < journals.size(); ++run)
    if (journals[run]->play([&](const Event& event) { merge.take(run, event); }))
      replayed.going_on.push_back(journals[run]->shown());
  merge.finish();
  return replayed;
}

}  // namespace e2e::host
