#include "report/trace_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "report/failure_text.hpp"
#include "report/plain_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t kNameBytes = 300;
/// Steps and requests of all attempts together, before they are left out.
constexpr size_t kMostInner = 500'000;

/// A piece of time.
struct Span {
  int64_t start_ns = 0, end_ns = 0;
  /// The part of it that is in `outer`.
  [[nodiscard]] Span within(const Span& outer) const {
    const int64_t start = std::clamp(start_ns, outer.start_ns, outer.end_ns);
    return {start, std::clamp(end_ns, start, outer.end_ns)};
  }
};

std::string microseconds(int64_t ns) { return fmt::format("{}.{:03}", ns / 1000, ns % 1000); }

std::string name_of(const std::string& text) { return plain_text(bounded(text, kNameBytes)); }

class TraceWriter {
 public:
  TraceWriter(const RunRecord& record, const Sink& sink) : record_(record), sink_(sink) {}

  void write() {
    JsonText head;
    head.begin_object().member("runId", plain_text(record_.run().run_id));
    head.member("startUnixMs", record_.run().start_unix_ns / 1'000'000);
    sink_("{\"displayTimeUnit\":\"ms\",\"otherData\":" + head.end_object().take() + ",\n\"traceEvents\":[");
    put_name("process_name", 0, 0, "workers");
    for (size_t service = 0; service < record_.tally().services().size(); ++service)
      put_name("process_name", service + 1, 0, name_of(record_.tally().services()[service].name));
    for (const WorkerRecord& worker : record_.workers()) put_worker(worker);
    for (uint32_t test = 0; test < record_.run().tests.size(); ++test)
      for (const AttemptFinished& attempt : record_.attempts(test)) put_attempt_span(test, attempt);
    sink_("\n]}\n");
  }

 private:
  void put(JsonText& json) {
    sink_(is_first_ ? "\n" : ",\n");
    is_first_ = false;
    sink_(json.end_object().take());
  }

  void put_name(std::string_view what, size_t process, uint32_t thread, const std::string& name) {
    JsonText json;
    json.begin_object().member("ph", "M").member("name", what).member("pid", uint64_t{process});
    json.member("tid", thread).key("args").begin_object().member("name", name).end_object();
    put(json);
  }

  /// Begins an event of a piece of time; its arguments may follow.
  JsonText begin(std::string_view category, const std::string& name, size_t process, uint32_t slot,
                 Span span) {
    if (named_.emplace(process, slot).second)
      put_name("thread_name", process, slot, fmt::format("slot {}", slot));
    JsonText json;
    json.begin_object().member("ph", "X").member("cat", category).member("name", name);
    json.member("pid", uint64_t{process}).member("tid", slot);
    json.key("ts").raw(microseconds(span.start_ns)).key("dur").raw(microseconds(span.end_ns - span.start_ns));
    return json;
  }

  void put_worker(const WorkerRecord& worker) {
    const Span life{worker.start_ns, std::max(worker.start_ns, worker.end_ns.value_or(record_.end_ns()))};
    JsonText json = begin("worker", fmt::format("worker {}", worker.worker), 0, worker.slot, life);
    json.key("args").begin_object().member("pid", worker.pid);
    json.member_unless_empty("ending", name_of(worker.exit.ending)).end_object();
    put(json);
  }

  void put_attempt_span(uint32_t index, const AttemptFinished& attempt) {
    const TestInfo& test = record_.run().tests[index];
    const size_t process = record_.tally().test(index).service + 1;
    const Span span{attempt.start_ns, attempt.start_ns + attempt.duration_ns};
    JsonText json = begin("test", name_of(test.id), process, attempt.slot, span);
    json.key("args")
        .begin_object()
        .member("status", to_string(attempt.status))
        .member("attempt", attempt.attempt);
    json.member("worker", attempt.worker).member("outcome", to_string(record_.outcome(index)));
    if (is_bad(attempt.status)) json.member("cause", name_of(cause_line(attempt)));
    json.end_object();
    put(json);
    if (inner_ + attempt.steps.size() + attempt.exchanges.size() > kMostInner) return;
    inner_ += attempt.steps.size() + attempt.exchanges.size();
    put_requests(attempt, process, put_steps(attempt, process, span), span);
  }

  /// Each step that was written, in the order begun.
  std::vector<Span> put_steps(const AttemptFinished& attempt, size_t process, const Span& whole) {
    std::vector<Span> all, open;
    for (const StepRecord& step : attempt.steps) {
      if (step.depth < open.size()) open.resize(step.depth);
      const Span& outer = open.empty() ? whole : open.back();
      const int64_t start = whole.start_ns + step.start_ns;
      const Span span =
          Span{start, step.duration_ns < 0 ? outer.end_ns : start + step.duration_ns}.within(outer);
      JsonText json = begin("step", name_of(step.title), process, attempt.slot, span);
      if (!step.file.empty())
        json.key("args")
            .begin_object()
            .member("at", name_of(fmt::format("{}:{}", step.file, step.line)))
            .end_object();
      put(json);
      open.push_back(span);
      all.push_back(span);
    }
    return all;
  }

  void put_requests(const AttemptFinished& attempt, size_t process, const std::vector<Span>& steps,
                    const Span& whole) {
    for (const ExchangeRecord& exchange : attempt.exchanges) {
      const int64_t start = whole.start_ns + exchange.start_ns;
      // Within the innermost step that it began in.
      Span outer = whole;
      for (const Span& step : steps)
        if (step.start_ns <= start && start <= step.end_ns) outer = step;
      const Span span = Span{start, start + std::max<int64_t>(exchange.blocked_ns, 0) +
                                        std::max<int64_t>(exchange.total_ns, 0)}
                            .within(outer);
      JsonText json =
          begin("request", name_of(exchange.method + " " + exchange.url), process, attempt.slot, span);
      json.key("args").begin_object().member("status", exchange.status);
      json.member_unless_empty("error", name_of(exchange.error));
      for (const auto& [name, ns] : {std::pair("blocked_ms", exchange.blocked_ns),
                                     {"dns_ms", exchange.dns_ns},
                                     {"connect_ms", exchange.connect_ns},
                                     {"tls_ms", exchange.tls_ns},
                                     {"send_ms", exchange.send_ns},
                                     {"wait_ms", exchange.wait_ns},
                                     {"receive_ms", exchange.receive_ns}})
        if (ns > 0) json.key(name).raw(fmt::format("{:.3f}", static_cast<double>(ns) / 1e6));
      json.end_object();
      put(json);
    }
  }

  const RunRecord& record_;
  const Sink& sink_;
  std::set<std::pair<size_t, uint32_t>> named_;  ///< threads that have a name
  size_t inner_ = 0;
  bool is_first_ = true;
};

}  // namespace

void write_trace_report(const RunRecord& record, const Sink& sink) { TraceWriter(record, sink).write(); }

}  // namespace e2e::host
