#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "report/json_report.hpp"
#include "report/run_record.hpp"
#include "sample_run.hpp"

/// Runs that reports are made of, harmless and hostile ones.
namespace e2e::host {

using Write = void (*)(const RunRecord&, const Sink&);

class Recorded {
 public:
  template <typename Fact>
  Recorded& add(Fact fact) {
    record_.on_event(Event{++sequence_, static_cast<int64_t>(sequence_) * kMs, std::move(fact)});
    return *this;
  }
  [[nodiscard]] std::string text(Write write) const {
    std::string out;
    write(record_, [&out](std::string_view bytes) { out += bytes; });
    return out;
  }
  [[nodiscard]] const RunRecord& record() const { return record_; }
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(text(write_json_report)); }

 private:
  RunRecord record_;
  uint64_t sequence_ = 0;
};

inline RunFinished finish(int exit_code = 1) {
  RunFinished run;
  run.duration_ns = 1500 * kMs;
  run.work_ns = 2900 * kMs;
  run.exit_code = exit_code;
  return run;
}

inline AttemptFinished failed_attempt(uint32_t test, uint32_t attempt = 1) {
  AttemptFinished finished = sample_attempt(test, Status::failed, attempt);
  finished.failures.push_back(sample_failure());
  finished.failures[0].exchanges_before = 1;
  finished.exchanges.push_back(sample_exchange());
  return finished;
}

/// One of each: passed, failed twice, flaky, skipped, crashed, not run.
inline Recorded sample() {
  Recorded recorded;
  RunStarted run = sample_run({"orders::01_pay::pays", "orders::01_pay::fails", "orders::01_pay::wavers",
                               "users::01_user::skips", "users::01_user::crashes", "users::01_user::waits"},
                              2);
  run.run_id = "abc";
  run.tests[1].tags = {"smoke", "slow"};
  recorded.add(std::move(run));
  AttemptFinished passed = sample_attempt(0, Status::passed);
  passed.stdout_output.head = "hello\n";
  passed.stdout_output.total_bytes = 6;
  recorded.add(passed).add(TestFinished{0, Outcome::passed, 1, ""});
  recorded.add(failed_attempt(1)).add(failed_attempt(1, 2)).add(TestFinished{1, Outcome::failed, 2, ""});
  recorded.add(failed_attempt(2)).add(sample_attempt(2, Status::passed, 2));
  recorded.add(TestFinished{2, Outcome::flaky, 2, ""});
  AttemptFinished skipped = sample_attempt(3, Status::skipped);
  skipped.reason = "users is down";
  recorded.add(skipped).add(TestFinished{3, Outcome::skipped, 1, "users is down"});
  AttemptFinished crashed = sample_attempt(4, Status::crashed);
  crashed.crash.push_back({"SIGSEGV at address 0x0 (null dereference)", "body", "pay", "POST /orders"});
  recorded.add(crashed).add(TestFinished{4, Outcome::failed, 1, ""});
  recorded.add(TestFinished{5, Outcome::not_run, 0, "stopped by SIGINT"});
  return recorded.add(finish());
}

/// A test that says all these texts, wherever a test can.
inline Recorded hostile(const std::string& text) {
  Recorded recorded;
  RunStarted run = sample_run({"s::m::n"});
  for (std::string* name : {&run.tests[0].id, &run.tests[0].service, &run.tests[0].module, &run.tests[0].name,
                            &run.tests[0].file, &run.tests[0].priority})
    *name += text;
  run.tests[0].tags = {text};
  run.environment = {text, text, text, text, 2, 1};
  run.tests[0].depends_on = {text};
  recorded.add(std::move(run));
  AttemptFinished attempt = failed_attempt(0);
  Failure& failure = attempt.failures[0];
  for (std::string* part : {&failure.expression, &failure.message, &failure.expected, &failure.actual,
                            &failure.phase, &failure.file, &attempt.reason})
    *part = text;
  ExchangeRecord& exchange = attempt.exchanges[0];
  for (std::string* part : {&exchange.method, &exchange.url, &exchange.error, &exchange.request_body,
                            &exchange.response_body, &exchange.phase})
    *part = text;
  exchange.request_headers = exchange.response_headers = {{text, text}};
  attempt.steps = {{text, text, 1, 0, 0, kMs}};
  attempt.attachments = {{text, text, 3, text, text, 1, text}};
  attempt.notes = attempt.leaked = {text};
  attempt.stdout_output.head = attempt.stderr_output.head = text;
  attempt.stdout_output.total_bytes = attempt.stderr_output.total_bytes = text.size();
  attempt.crash = {{text, text, text, text, text}};
  attempt.stacks = {{1, text, {{text, text, 1, text, 1, true}}, text}};
  recorded.add(ServiceStarted{text, -1, 7, 80, text, text, text, 1});
  recorded.add(ServiceExited{text, -1, 7, text, false, 1, text});
  recorded.add(WorkerStarted{2, 1, 7}).add(attempt).add(TestFinished{0, Outcome::failed, 1, text});
  FixtureFailed fixture;
  fixture.service = fixture.phase = fixture.reason = text;
  fixture.failures = attempt.failures;
  fixture.stdout_output = attempt.stdout_output;
  fixture.stderr_output = attempt.stderr_output;
  fixture.stacks = attempt.stacks;
  recorded.add(fixture).add(Trouble{text}).add(WorkerExited{2, 1, text, 0, 0, 0});
  RunFinished run_finished = finish();
  run_finished.stopped_by = text;
  return recorded.add(run_finished);
}

inline const std::string kHostile[] = {"<script>alert(1)</script>",
                                       "</script><img src=x onerror=alert(1)>",
                                       "<!--<script>",
                                       "]]>&amp;\"'`${1}",
                                       "\x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link",
                                       "\xE2\x80\xAEtxt.exe\xE2\x81\xA6",
                                       std::string("\0\x01\x08\x0b\x7f", 5),
                                       "\xFF\xFE\xC0\xAF\xED\xA0\x80\xF5",
                                       "\xEF\xBF\xBE \xEF\xBF\xBF",
                                       "\xE2\x80\xA8\xE2\x80\xA9 \xC2\x9B\x31m",
                                       "\r\n\ttext\r",
                                       "data:text/html,<script>1</script>",
                                       std::string(300'000, 'x') + "\xF0\x9F\x98\x80"};

inline size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++count;
  return count;
}

inline bool has_only_plain_text(const std::string& text) {
  for (const char* reordering : {"\xE2\x80\xAE", "\xE2\x81\xA6", "\x1b", "\xEF\xBF\xBE", "\xEF\xBF\xBF"})
    if (text.find(reordering) != text.npos) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t'; });
}

}  // namespace e2e::host
