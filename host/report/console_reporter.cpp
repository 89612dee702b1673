#include "report/console_reporter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "report/display_width.hpp"
#include "report/exchange_text.hpp"
#include "report/failure_text.hpp"
#include "report/live_lines.hpp"
#include "report/live_panel.hpp"
#include "report/plain_text.hpp"
#include "report/progress_lines.hpp"
#include "report/quantity.hpp"
#include "report/run_tally.hpp"
#include "report/safe_text.hpp"
#include "report/same_failures.hpp"
#include "report/slot_table.hpp"
#include "report/slow_tests.hpp"
#include "report/status_text.hpp"
#include "report/summary.hpp"
#include "report/time_left.hpp"

namespace e2e::host {
namespace {

/// The widest that the column of services' names gets.
constexpr int kNameColumns = 30;
/// What a trouble or a line of a log may take.
constexpr size_t kConsoleMessageBytes = 64 * 1024;
/// How often the live lines are drawn again where nothing else happens.
constexpr int64_t kPanelIntervalNs = 200'000'000;
/// How many lines of slots there are at most.
constexpr size_t kMostSlots = 8, kMostSlotsVerbose = 16;

class ConsoleReporter : public Reporter {
 public:
  ConsoleReporter(ConsoleOptions options, Sink sink)
      : options_(std::move(options)),
        sink_(std::move(sink)),
        layout_{Ink(options_.color), options_.width, options_.is_terminal},
        time_left_(options_.earlier),
        width_(options_.width),
        height_(options_.height) {}

  ConsoleReporter(const ConsoleReporter&) = delete;
  ConsoleReporter& operator=(const ConsoleReporter&) = delete;

  /// Leaves no live line on the terminal, also where the run broke off.
  ~ConsoleReporter() override {
    try {
      if (const std::string bytes = panel_.clear(); !bytes.empty()) sink_(bytes);
    } catch (...) {  // a terminal that is gone needs no clearing
    }
  }

  void on_event(const Event& event) override {
    tally_.on_event(event);
    slots_.on_event(event);
    time_left_.on_event(event);
    time_ns_ = event.time_ns;
    std::visit([this](const auto& fact) { show(fact); }, event.fact);
    flush(std::holds_alternative<RunFinished>(event.fact));
  }

  void on_tick(int64_t time_ns) override {
    if (const std::string text = live_.tick(time_ns); !text.empty()) add_output(text);
    time_ns_ = time_ns;
    // Lines show how long their tests have run.
    const bool is_old = has_panel() && time_ns - drawn_ns_ >= kPanelIntervalNs;
    if (!text_.empty() || is_old || panel_.is_stale()) flush(false);
  }

  void on_output(const LiveOutput& output) override {
    const bool has_test = output.test < tally_.tests().size();
    add_output(live_.take(output, has_test ? tally_.info(output.test).id : std::string(), time_ns_));
    flush(false);
  }

  void on_pause() override {
    if (const std::string bytes = panel_.clear(); !bytes.empty()) sink_(bytes);
  }

  void on_status(const std::vector<RunningNow>& running, int64_t time_ns) override {
    time_ns_ = time_ns;
    add_block(status_text(tally_, running, time_ns, layout_));
    flush(false);
  }

 private:
  void show(const RunStarted& run) {
    is_after_gap_ = true;
    name_columns_ = 0;
    for (const ServiceTally& service : tally_.services())
      name_columns_ = std::max(name_columns_, std::min(display_width(one_line(service.name)), kNameColumns));
    if (options_.quiet) return;
    text_ += run.is_parallel ? "⚡ Parallel execution enabled\n" : "▶ Sequential execution\n";
    text_ += fmt::format("   Workers: {}    Mode: {}    Isolation: {}\n", run.workers, to_string(run.mode),
                         to_string(run.isolation));
    if (run.shuffle_seed)
      text_ += fmt::format("   Order: shuffled; again with --shuffle={}\n", *run.shuffle_seed);
    text_ += '\n';
  }

  void show(const WorkerStarted&) {}
  void show(const WorkerExited& exited) {
    if (!options_.verbose || options_.quiet) return;
    std::string use = SlotTable::use_text(exited);
    if (!use.empty()) use = fmt::format("   [{}]", use);
    text_ += layout_.ink(Tint::dim, fmt::format("worker {} in slot {}{}   {}", exited.worker, exited.slot,
                                                use, one_line(exited.ending))) +
             '\n';
    is_after_gap_ = false;
  }

  void show(const ServiceStarted& started) {
    if (!options_.verbose || options_.quiet) return;
    const std::string how = started.pid == 0 ? "was running already"
                                             : fmt::format("ready after {}, pid {}",
                                                           duration_text(started.duration_ns), started.pid);
    add_line(Tint::green, "UP", service_name(started.service, started.slot),
             fmt::format("{}  [{}]", one_line(started.base_url), how));
  }

  void show(const ServiceExited& exited) {
    // One that died is a trouble, which tells it all.
    if (!options_.verbose || options_.quiet || !exited.is_expected) return;
    add_line(Tint::dim, "DOWN", service_name(exited.service, exited.slot),
             fmt::format("[{} after {}]", one_line(exited.ending), duration_text(exited.after_ns)));
  }

  static std::string service_name(const std::string& service, int32_t slot) {
    return slot < 0 ? service : fmt::format("{} of slot {}", service, slot);
  }

  void show(const AttemptStarted& started) {
    if (started.attempt == 1 || options_.quiet) return;
    const TestInfo& test = tally_.info(started.test);
    const std::string of = started.attempt <= test.max_attempts ? fmt::format("/{}", test.max_attempts) : "";
    add_line(Tint::yellow, "RETRY", test.id, fmt::format("[attempt {}{}]", started.attempt, of));
  }

  void show(const TestSlow& slow) {
    if (!slow_.is_news(slow) || options_.quiet) return;
    add_line(Tint::yellow, "SLOW", tally_.info(slow.test).id,
             fmt::format("[running for {}]", duration_text(slow.elapsed_ns)));
  }

  void show(const AttemptFinished& finished) {
    slow_.on_finished(finished);
    add_output(live_.end_attempt(finished.slot));
    const TestInfo& test = tally_.info(finished.test);
    if (is_bad(finished.status)) {
      show_failure(test, finished);
    } else if (!options_.quiet) {
      for (const std::string& process : finished.leaked)
        add_line(Tint::yellow, "LEAK", test.id, "left behind: " + one_line(process));
      for (const std::string& request : retried_requests(finished))
        add_line(Tint::yellow, "RETRIED", test.id, request);
    }
  }

  void show_failure(const TestInfo& test, const AttemptFinished& finished) {
    std::string as;
    if (!options_.verbose) {
      if (const auto earlier = same_failures_.earlier_attempt(test, finished))
        as = fmt::format("as attempt {}", *earlier);
      else if (const auto first = same_failures_.first_of(test, finished))
        as = "as " + one_line(tally_.info(*first).id);
    }
    if (as.empty()) return add_block(failure_text(test, finished, layout_));
    add_line(Tint::red, status_label(finished.status), test.id,
             fmt::format("[{}]   {}",
                         attempt_facts(test, finished.attempt, finished.worker, finished.duration_ns), as));
  }

  void show(const TestFinished& finished) {
    const TestTally& test = tally_.test(finished.test);
    // A failure no attempt has told of yet must not go unseen.
    if (finished.outcome == Outcome::failed && !is_bad(test.status))
      add_line(Tint::red, "FAIL", tally_.info(finished.test).id, one_line(finished.reason));
    if (options_.quiet) return;
    if (finished.outcome == Outcome::flaky)
      add_line(Tint::yellow, "FLAKY", tally_.info(finished.test).id, facts(finished.test));
    if (options_.verbose)
      show_verbose(finished);
    else if (tally_.service_of(finished.test).has_finished())
      add_service(tally_.service_of(finished.test));
  }

  void show_verbose(const TestFinished& finished) {
    const std::string& id = tally_.info(finished.test).id;
    if (finished.outcome == Outcome::passed) add_line(Tint::green, "PASS", id, facts(finished.test));
    if (finished.outcome == Outcome::skipped) add_line(Tint::cyan, "SKIP", id, one_line(finished.reason));
    if (finished.outcome == Outcome::not_run)
      add_line(Tint::yellow, "NOT RUN", id, one_line(finished.reason));
  }

  void show(const FixtureFailed& failed) { add_block(failure_text(failed, layout_)); }

  void show(const Trouble& trouble) { add_message(Tint::red, "trouble:", trouble.text); }

  void show(const LogWritten& log) {
    if (options_.debug && !options_.quiet) add_message(Tint::dim, "log:", log.text);
  }

  void show(const RunFinished& run) {
    if (!is_after_gap_) text_ += '\n';
    text_ += summary_headline(tally_, run, layout_);
    if (options_.quiet) return;
    text_ += summary_details(tally_, run, layout_, options_.again);
    if (options_.verbose) text_ += slots_.text();
  }

  /// "[12 ms, worker 2]" of the test's last attempt.
  std::string facts(uint32_t index) const {
    const TestTally& test = tally_.test(index);
    return fmt::format("[{}]", attempt_facts(tally_.info(index), test.attempt, test.worker, test.duration_ns,
                                             test.limited_ns));
  }

  void add_line(Tint tint, std::string_view label, const std::string& id, const std::string& rest) {
    text_ += layout_.ink(tint, label) + " " + one_line(id);
    if (!rest.empty()) text_ += "   " + rest;
    text_ += '\n';
    is_after_gap_ = false;
  }

  /// Further lines of the text stand below its first.
  void add_message(Tint tint, std::string_view label, std::string_view text) {
    std::vector<std::string> lines = safe_lines(bounded(std::string(text), kConsoleMessageBytes));
    if (lines.empty()) return;
    text_ += layout_.ink(tint, label) + " " + lines.front() + "\n";
    lines.erase(lines.begin());
    append_indented(text_, lines, display_width(label) + 1);
    is_after_gap_ = false;
  }

  /// Lines that belong together, with an empty one before and behind.
  void add_block(const std::string& block) {
    if (!is_after_gap_) text_ += '\n';
    text_ += block + '\n';
    is_after_gap_ = true;
  }

  /// What tests wrote, in lines.
  void add_output(const std::string& lines) {
    if (lines.empty()) return;
    text_ += lines;
    is_after_gap_ = false;
  }

  void add_service(const ServiceTally& service) {
    const OutcomeCounts& counts = service.counts;
    std::string mark = layout_.ink(Tint::green, "✓");
    if (service.has_failed())
      mark = layout_.ink(Tint::red, "✗");
    else if (counts.passed + counts.flaky == 0 || counts.not_run > 0)
      mark = layout_.ink(Tint::yellow, "–");

    std::string line = fmt::format("{} {}  {}", mark, pad_to_width(one_line(service.name), name_columns_),
                                   count_text(counts.tests, "test"));
    const auto add = [&](uint32_t count, std::string_view word) {
      if (count > 0) line += fmt::format(", {} {}", count, word);
    };
    add(counts.failed, "failed");
    add(counts.flaky, "flaky");
    add(counts.skipped, "skipped");
    add(counts.not_run, "not run");
    if (service.failed_fixtures > 0)
      line += ", " + count_text(service.failed_fixtures, "fixture") + " failed";
    if (service.first_start_ns)
      line += "  " + duration_text(service.last_finish_ns - *service.first_start_ns);
    text_ += line + '\n';
    is_after_gap_ = false;
  }

  [[nodiscard]] bool has_panel() const { return options_.is_terminal && !options_.quiet; }

  std::vector<std::string> panel_lines() {
    // One row stays for what was written last.
    const int rows = height_ > 0 ? std::max(0, height_ - 3) : 1000;
    const size_t most =
        std::min(options_.verbose ? kMostSlotsVerbose : kMostSlots, static_cast<size_t>(rows));
    const Progress progress{tally_, slots_, time_left_, time_ns_};
    if (most == 0) return {progress_bar(progress, width_ - 1, layout_.ink)};
    return progress_lines(progress, width_ - 1, most, options_.verbose, layout_.ink);
  }

  void look_at_terminal() {
    if (!options_.size_now) return;
    const TerminalSize size = options_.size_now();
    if (size.columns > 0) width_ = size.columns;
    if (size.rows > 0) height_ = size.rows;
  }

  /// Hands on what this event added, around the live lines.
  void flush(bool is_last) {
    std::string bytes;
    if (!text_.empty() || is_last) bytes = panel_.clear();
    bytes += text_;
    text_.clear();
    if (has_panel() && !is_last && panel_.may_draw(time_ns_)) {
      look_at_terminal();
      bytes += panel_.draw(panel_lines());
      drawn_ns_ = time_ns_;
    }
    if (!bytes.empty()) sink_(bytes);
  }

  const ConsoleOptions options_;
  const Sink sink_;
  const TextLayout layout_;
  LivePanel panel_;
  SameFailures same_failures_;
  RunTally tally_;
  SlotTable slots_;
  TimeLeft time_left_;
  SlowTests slow_;
  LiveLines live_;
  int name_columns_ = 0;
  int64_t time_ns_ = 0;
  int64_t drawn_ns_ = 0;      ///< when the live lines were drawn last
  int width_, height_;        ///< of the terminal
  std::string text_;          ///< what the event at hand adds
  bool is_after_gap_ = true;  ///< whether what was written last is an empty line, or nothing
};

}  // namespace

std::unique_ptr<Reporter> make_console_reporter(ConsoleOptions options, Sink sink) {
  return std::make_unique<ConsoleReporter>(std::move(options), std::move(sink));
}

}  // namespace e2e::host
