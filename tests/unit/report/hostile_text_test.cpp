#include <e2e_catch.hpp>

#include "report/console_reporter.hpp"
#include "sample_run.hpp"

using namespace e2e::host;

namespace {

/// Texts that would retitle a terminal, turn its writing round and look like a line of the reporter's own.
/// Each has a number, to see that it was shown.
class Hostile {
 public:
  std::string text() {
    return "T" + std::to_string(count_++) +
           "E\x1b]0;owned\x07\x1b[2J\xC2\x9B"
           "31m\xE2\x80\xAE\xFF\r\nPASS forged\x7F";
  }
  int count() const { return count_; }

 private:
  int count_ = 0;
};

/// A run in which every text is hostile, and all of them are of a kind that the console shows.
std::vector<decltype(Event::fact)> hostile_run(Hostile& hostile) {
  RunStarted run = sample_run({"a::m::t1", "a::m::t2", "a::m::t3", "a::m::t4", "a::m::t5", "a::m::t6"}, 2);
  for (TestInfo& test : run.tests) test.id = hostile.text();
  run.tests[3].file = hostile.text();
  for (TestInfo& test : run.tests) test.service = "all";

  AttemptFinished failed = sample_attempt(0, Status::failed);
  for (const bool has_room : {true, false}) {
    Failure failure{false, false, hostile.text(), hostile.text(), 3, "", hostile.text(), "", ""};
    failure.expression = has_room ? "x" : hostile.text();
    failure.expected = hostile.text();
    failure.actual = hostile.text();
    failed.failures.push_back(failure);
  }
  ExchangeRecord exchange;
  exchange.method = hostile.text();
  exchange.url = hostile.text();
  exchange.error = hostile.text();
  exchange.status = 200;
  exchange.request_headers = {{hostile.text(), hostile.text()}};
  exchange.response_headers = {{"content-type", hostile.text()}};
  exchange.request_body = hostile.text();
  exchange.request_body_size = exchange.request_body.size();
  exchange.response_body = hostile.text();
  exchange.response_body_size = exchange.response_body.size();
  failed.exchanges = {exchange};
  failed.notes = {hostile.text()};
  failed.leaked = {hostile.text()};
  failed.stdout_output.head = hostile.text();
  failed.stdout_output.total_bytes = failed.stdout_output.head.size();
  failed.stderr_output.head = hostile.text();
  failed.stderr_output.tail = hostile.text();
  failed.stderr_output.total_bytes = 10'000;
  failed.stderr_output.omitted_bytes = 9'000;
  failed.stderr_output.file = hostile.text();

  AttemptFinished passed = sample_attempt(1, Status::passed);
  passed.leaked = {hostile.text()};
  AttemptFinished crashed = sample_attempt(3, Status::crashed);
  crashed.reason = hostile.text();
  crashed.crash = {{hostile.text(), hostile.text(), hostile.text(), hostile.text(), hostile.text()}};
  crashed.stacks = {{1,
                     "the main thread's is not shown",
                     {{hostile.text(), hostile.text(), 1}, {"", "", 0, hostile.text()}},
                     hostile.text()},
                    {2, hostile.text()}};
  AttemptFinished timed_out = sample_attempt(4, Status::timed_out, 2);
  timed_out.steps = {{hostile.text(), "", 0, 0, 0, -1}};

  FixtureFailed fixture{hostile.text(), hostile.text(), 0, {{}}, hostile.text()};
  fixture.failures[0].message = hostile.text();
  RunFinished finished;
  finished.stopped_by = hostile.text();
  return {run,
          failed,
          TestFinished{0, Outcome::failed, 1, ""},
          passed,
          TestFinished{1, Outcome::passed, 1, ""},
          TestFinished{2, Outcome::skipped, 0, hostile.text()},
          crashed,
          TestFinished{3, Outcome::flaky, 1, ""},
          AttemptStarted{4, 2, 0, 0},
          timed_out,
          TestFinished{4, Outcome::not_run, 0, hostile.text()},
          TestFinished{5, Outcome::failed, 0, hostile.text()},
          fixture,
          Trouble{hostile.text()},
          LogWritten{0, 0, hostile.text()},
          finished};
}

std::string shown(const std::vector<decltype(Event::fact)>& facts, ConsoleOptions options) {
  std::string all;
  const auto reporter = make_console_reporter(options, [&](std::string_view bytes) { all += bytes; });
  uint64_t sequence = 0;
  for (const auto& fact : facts) reporter->on_event({++sequence, static_cast<int64_t>(sequence) * kMs, fact});
  return all;
}

/// Nothing has failed in this one, so that the headline names what stopped it; and services get their lines.
std::vector<decltype(Event::fact)> hostile_services(Hostile& hostile) {
  RunStarted run = sample_run({"a::m::t1"});
  run.tests[0].service = hostile.text();
  RunFinished finished;
  finished.stopped_by = hostile.text();
  return {run, TestFinished{0, Outcome::skipped, 0, hostile.text()}, finished};
}

void check_that_all_is_shown_safely(std::string text, const Hostile& hostile) {
  // The live lines' own bytes.
  for (const std::string bytes : {"\r\x1b[1A", "\r\x1b[2A", "\r\x1b[J", "\x1b[K", "\x1b[J"})
    for (size_t at = 0; (at = text.find(bytes)) != std::string::npos;) text.erase(at, bytes.size());
  for (const std::string bar : {"\r░", "\r█"})
    for (size_t at = 0; (at = text.find(bar)) != std::string::npos;) text.erase(at, 1);
  CHECK(text.find_first_of("\x1b\x07\x7F\xFF\r") == std::string::npos);
  CHECK(text.find("\xC2\x9B") == std::string::npos);
  CHECK(text.find("\xE2\x80\xAE") == std::string::npos);
  CHECK(text.find("\nPASS forged") == std::string::npos);
  for (int i = 0; i < hostile.count(); ++i) {
    CAPTURE(i);
    CHECK(text.find("T" + std::to_string(i) + "E\\") != std::string::npos);
  }
}

}  // namespace

TEST_CASE("NoTextOfATestReachesTheTerminalRaw") {
  for (const bool is_terminal : {false, true}) {
    ConsoleOptions options;
    options.verbose = true;
    options.debug = true;
    options.is_terminal = is_terminal;
    Hostile hostile;
    const auto run = hostile_run(hostile);
    check_that_all_is_shown_safely(shown(run, options), hostile);
  }
}

TEST_CASE("NoTextOfWhatRunsReachesTheTerminalRaw") {
  Hostile hostile;
  RunStarted run = sample_run({"a::m::t1"});
  run.tests[0].id = hostile.text();
  RunningNow test, fixture;
  test.test = 0;
  test.phase = hostile.text();
  test.last_step = hostile.text();
  test.last_request = hostile.text();
  test.stdout_output.head = hostile.text();
  test.stderr_output.head = hostile.text();
  test.stdout_output.total_bytes = test.stderr_output.total_bytes = 100;
  fixture.service = hostile.text();
  fixture.phase = hostile.text();
  std::string all;
  const auto reporter = make_console_reporter({}, [&](std::string_view bytes) { all += bytes; });
  reporter->on_event({1, 0, run});
  reporter->on_status({test, fixture}, 5000 * kMs);
  reporter->on_event({2, 0, AttemptStarted{0, 1, 0, 0}});
  reporter->on_tick(50'000 * kMs);
  check_that_all_is_shown_safely(all, hostile);
}

TEST_CASE("NoTextOfAServiceReachesTheTerminalRaw") {
  Hostile hostile;
  const auto run = hostile_services(hostile);
  check_that_all_is_shown_safely(shown(run, {}), hostile);
}

TEST_CASE("TenMegabytesInEveryTextAreCutOnTheConsole") {
  const std::string text(10'000'000, 'x');
  RunStarted run = sample_run({"a::m::t1"});
  run.tests[0].id += text;
  run.tests[0].service += text;
  AttemptFinished failed = sample_attempt(0, Status::failed);
  failed.failures = {{false, false, text, text, 3, text, text, text, text}};
  failed.exchanges = {sample_exchange()};
  failed.exchanges[0].url = failed.exchanges[0].method = text;
  failed.exchanges[0].request_headers = failed.exchanges[0].response_headers = {{text, text}};
  failed.notes = failed.leaked = {text};
  failed.stdout_output.head = text;
  failed.stdout_output.total_bytes = text.size();
  failed.reason = text;
  const FixtureFailed fixture{text, text, 0, failed.failures, text};
  for (const bool is_terminal : {false, true}) {
    ConsoleOptions options;
    options.verbose = true;
    options.is_terminal = is_terminal;
    const std::string all =
        shown({run, AttemptStarted{0, 1, 0, 0}, failed, TestFinished{0, Outcome::failed, 1, text}, fixture,
               Trouble{text}, RunFinished{}},
              options);
    CHECK(all.size() < 500'000);
  }
}
