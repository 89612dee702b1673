#include "events/event_json.hpp"

#include <e2e_catch.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>

using namespace e2e::host;
using nlohmann::json;

namespace {

RunStarted run_of(std::vector<std::string> ids) {
  RunStarted run;
  for (std::string& id : ids) run.tests.emplace_back().id = std::move(id);
  return run;
}

/// A writer that has seen a run of the tests "a::b::c" and "a::b::d".
EventWriter started_writer() {
  EventWriter writer;
  writer.line({1, 0, run_of({"a::b::c", "a::b::d"})});
  return writer;
}

std::string line_of(decltype(Event::fact) fact) { return started_writer().line({7, 42, std::move(fact)}); }

}  // namespace

TEST_CASE("RunStartedIsTheSchemaAndEveryTest") {
  RunStarted run;
  run.run_id = "20240101-1";
  run.host_version = "0.1.0";
  run.start_unix_ns = 1'700'000'000'000'000'001;
  run.workers = 4;
  run.is_parallel = true;
  run.mode = Mode::test;
  run.isolation = Isolation::none;
  TestInfo full{"s::m::n", "s", "m", "n", "m.cpp", 12, {"smoke", "slow"}, "high", {"s::m::first"}, 1500, 3};
  TestInfo bare;
  bare.id = "s::m::o";
  run.tests = {full, bare};
  CHECK(
      EventWriter().line({1, 5, run}) ==
      R"({"seq":1,"t":5,"event":"run_started","schema":1,"run_id":"20240101-1","host_version":"0.1.0",)"
      R"("start_unix_ns":1700000000000000001,"workers":4,"is_parallel":true,"mode":"test","isolation":"none",)"
      R"("tests":[{"id":"s::m::n","service":"s","module":"m","name":"n","file":"m.cpp","line":12,)"
      R"("tags":["smoke","slow"],"priority":"high","depends_on":["s::m::first"],"timeout_ms":1500,)"
      R"("max_attempts":3},{"id":"s::m::o","service":"","module":"","name":"","max_attempts":1}]})");
}

TEST_CASE("WorkerEventsHaveAllTheirMembers") {
  CHECK(line_of(WorkerStarted{3, 1, 99}) ==
        R"({"seq":7,"t":42,"event":"worker_started","worker":3,"slot":1,"pid":99})");
  CHECK(line_of(WorkerExited{3, 1, "killed by SIGSEGV", 10, 20, 30}) ==
        R"({"seq":7,"t":42,"event":"worker_exited","worker":3,"slot":1,"ending":"killed by SIGSEGV",)"
        R"("user_cpu_us":10,"system_cpu_us":20,"max_rss_kib":30})");
}

TEST_CASE("ServiceEventsHaveAllTheirMembers") {
  CHECK(line_of(ServiceStarted{"users", -1, 99, 20001, "http://h:20001", "a b", "/l", 5}) ==
        R"({"seq":7,"t":42,"event":"service_started","service":"users","pid":99,"port":20001,)"
        R"("base_url":"http://h:20001","command":"a b","log":"/l","duration_ns":5})");
  CHECK(line_of(ServiceStarted{"users", 2, 0, 0, "http://h", "", "", 5}) ==
        R"({"seq":7,"t":42,"event":"service_started","service":"users","slot":2,"pid":0,)"
        R"("base_url":"http://h","duration_ns":5})");
  CHECK(line_of(ServiceExited{"users", 0, 99, "killed by SIGTERM", true, 6, "/l"}) ==
        R"({"seq":7,"t":42,"event":"service_exited","service":"users","slot":0,"pid":99,)"
        R"("ending":"killed by SIGTERM","is_expected":true,"after_ns":6,"log":"/l"})");
}

TEST_CASE("TestsAreNamedByTheirId") {
  CHECK(line_of(AttemptStarted{1, 2, 3, 4}) ==
        R"({"seq":7,"t":42,"event":"attempt_started","test":"a::b::d","attempt":2,"worker":3,"slot":4})");
  CHECK(line_of(TestFinished{0, Outcome::flaky, 2, ""}) ==
        R"({"seq":7,"t":42,"event":"test_finished","test":"a::b::c","outcome":"flaky","attempts":2})");
  CHECK(
      line_of(TestFinished{0, Outcome::skipped, 1, "down"}) ==
      R"({"seq":7,"t":42,"event":"test_finished","test":"a::b::c","outcome":"skipped","attempts":1,"reason":"down"})");
}

TEST_CASE("ATestTheRunDidNotListIsRefused") {
  CHECK_THROWS_AS(line_of(AttemptStarted{2, 1, 0, 0}), std::out_of_range);
  CHECK_THROWS_AS(EventWriter().line({1, 0, TestFinished{}}), std::out_of_range);
}

TEST_CASE("ANewRunReplacesTheTestsOfTheLast") {
  EventWriter writer = started_writer();
  writer.line({1, 0, run_of({"x::y::z"})});
  CHECK(json::parse(writer.line({2, 0, TestFinished{}}))["test"] == "x::y::z");
  CHECK_THROWS_AS(writer.line({3, 0, TestFinished{1}}), std::out_of_range);
}

TEST_CASE("AnAttemptThatPassedLeavesOutWhatItHasNot") {
  AttemptFinished finished;
  finished.duration_ns = 12;
  CHECK(line_of(finished) ==
        R"({"seq":7,"t":42,"event":"attempt_finished","test":"a::b::c","attempt":1,"worker":0,"slot":0,)"
        R"("status":"passed","start_ns":0,"duration_ns":12})");
}

TEST_CASE("AnAttemptWithEverythingKeepsEverything") {
  AttemptFinished finished;
  finished.test = 1;
  finished.attempt = 2;
  finished.worker = 3;
  finished.slot = 1;
  finished.status = Status::crashed;
  finished.start_ns = 100;
  finished.duration_ns = 200;
  finished.waited_ns = 50;
  finished.reason = "died";
  finished.failures = {{true, true, "body", "f.cpp", 8, "a == b", "differs", "1", "2", 1}, Failure{}};
  finished.steps = {{"outer", "f.cpp", 3, 0, 1, 0}, {"inner", "", 0, 1, 2, -1}};
  ExchangeRecord exchange{
      "cleanup", "POST", "http://h/x", 500, "reset", {{"a", "b"}}, {{"c", "d"}, {"c", "e"}}, "in", "out",
      2,         9};
  exchange.start_ns = 1;
  exchange.blocked_ns = 2;
  exchange.dns_ns = 3;
  exchange.connect_ns = 4;
  exchange.tls_ns = 5;
  exchange.send_ns = 6;
  exchange.wait_ns = 7;
  exchange.receive_ns = 8;
  exchange.total_ns = 9;
  finished.exchanges = {exchange, {}};
  finished.notes = {"n1", "n2"};
  finished.leaked = {"sleep 60 (pid 123)"};
  finished.stdout_output = {"head", "tail", 100, "out/1.txt", 92};
  finished.stderr_output = {"all", "", 3};
  finished.crash = {{"SIGSEGV", "body", "inner", "GET /", "/core.1"}};
  finished.stacks = {{7, "main", {{"f()", "f.cpp", 3, "s.so", 64, true}, {}}, "cut"}, {}};
  CHECK(
      line_of(finished) ==
      R"({"seq":7,"t":42,"event":"attempt_finished","test":"a::b::d","attempt":2,"worker":3,"slot":1,)"
      R"("status":"crashed","start_ns":100,"duration_ns":200,"waited_ns":50,"reason":"died",)"
      R"("failures":[{"soft":true,"error":true,"phase":"body","file":"f.cpp","line":8,"expression":"a == b",)"
      R"("message":"differs","expected":"1","actual":"2","exchanges_before":1},{}],)"
      R"("steps":[{"title":"outer","file":"f.cpp","line":3,"start_ns":1,"duration_ns":0},)"
      R"({"title":"inner","depth":1,"start_ns":2}],)"
      R"("exchanges":[{"method":"POST","url":"http://h/x","phase":"cleanup","status":500,"error":"reset",)"
      R"("request_headers":[["a","b"]],"request_body":"in","request_body_size":2,)"
      R"("response_headers":[["c","d"],["c","e"]],"response_body":"out","response_body_size":9,)"
      R"("start_ns":1,"blocked_ns":2,"dns_ns":3,"connect_ns":4,"tls_ns":5,"send_ns":6,"wait_ns":7,)"
      R"("receive_ns":8,"total_ns":9},{"method":"","url":"","start_ns":0,"total_ns":0}],)"
      R"j("notes":["n1","n2"],"leaked":["sleep 60 (pid 123)"],)j"
      R"("stdout":{"head":"head","tail":"tail","total_bytes":100,"omitted_bytes":92,"file":"out/1.txt"},)"
      R"("stderr":{"head":"all","total_bytes":3},)"
      R"("crash":{"what":"SIGSEGV","phase":"body","last_step":"inner","last_request":"GET /","core":"/core.1"},)"
      R"j("stacks":[{"tid":7,"name":"main","frames":[{"function":"f()","file":"f.cpp","line":3,"module":"s.so",)j"
      R"("offset":64,"is_inlined":true},{"function":""}],"note":"cut"},{"tid":0}]})");
}

TEST_CASE("TheRestOfTheRunHasItsMembers") {
  FixtureFailed fixture{"users", "after_all", 2, {{}}, "threw"};
  fixture.failures[0].message = "left rows";
  CHECK(line_of(fixture) ==
        R"({"seq":7,"t":42,"event":"fixture_failed","service":"users","phase":"after_all","slot":2,)"
        R"("reason":"threw","failures":[{"message":"left rows"}]})");
  CHECK(line_of(Trouble{"no disk"}) == R"({"seq":7,"t":42,"event":"trouble","text":"no disk"})");
  CHECK(
      line_of(TestSlow{0, 2, 3, 1, 10'000}) ==
      R"({"seq":7,"t":42,"event":"test_slow","test":"a::b::c","attempt":2,"worker":3,"slot":1,"elapsed_ns":10000})");
  CHECK(line_of(LogWritten{1, 2, "slow"}) ==
        R"({"seq":7,"t":42,"event":"log_written","slot":1,"level":"warn","text":"slow"})");
  CHECK(line_of(LogWritten{1, 9, ""}) ==
        R"({"seq":7,"t":42,"event":"log_written","slot":1,"level":"error","text":""})");
  CHECK(
      line_of(RunFinished{1, 2, 3, 4, 5, 6, 7, 130, "SIGINT"}) ==
      R"({"seq":7,"t":42,"event":"run_finished","duration_ns":1,"work_ns":2,"passed":3,"failed":4,"flaky":5,)"
      R"("skipped":6,"not_run":7,"exit_code":130,"stopped_by":"SIGINT"})");
  CHECK(
      line_of(RunFinished{}) ==
      R"({"seq":7,"t":42,"event":"run_finished","duration_ns":0,"work_ns":0,"passed":0,"failed":0,"flaky":0,)"
      R"("skipped":0,"not_run":0,"exit_code":0})");
}

TEST_CASE("HostileTextsStayInsideOneLineOfJson") {
  const std::string hostile = std::string("\"\\\n\r\t\x1b[31m\x7f") + '\0' + "\xff\xc3\xa9";
  EventWriter writer;
  writer.line({1, 0, run_of({hostile})});
  AttemptFinished finished;
  finished.notes = {hostile};
  const std::string line = writer.line({2, 0, finished});
  CHECK(line.find_first_of(std::string("\n\r\x1b\x7f\xff") + '\0') == std::string::npos);
  const std::string kept = std::string("\"\\\n\r\t\x1b[31m\x7f") + '\0' + "\xef\xbf\xbd\xc3\xa9";
  const json parsed = json::parse(line);
  CHECK(parsed["notes"][0].get<std::string>() == kept);
  CHECK(parsed["test"].get<std::string>() == kept);
}

TEST_CASE("OmittedBytesAreThoseOfTheOutputWhateverItsTextBecame") {
  AttemptFinished finished;
  finished.stdout_output = {"\xff\xff", "\xff", 10, "", 7};
  const json parsed = json::parse(line_of(finished));
  CHECK(parsed["stdout"]["head"] == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(parsed["stdout"]["omitted_bytes"] == 7);
}
