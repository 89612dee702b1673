#include "report/failure_text.hpp"

#include <e2e_catch.hpp>
#include <limits>

#include "sample_run.hpp"

using namespace e2e::host;

namespace {

const TestInfo kTest = sample_test("orders::02_payment::pays_by_card", 3);

/// The failure's text without its heading and its last line, which every one has.
std::string body_of(const AttemptFinished& attempt, int width = 100) {
  const std::string text = failure_text(kTest, attempt, {Ink(), width});
  const size_t start = text.find('\n') + 1;
  const std::string last = "  again: e2e-host run orders::02_payment::pays_by_card\n";
  REQUIRE(text.size() >= start + last.size());
  REQUIRE(text.substr(text.size() - last.size()) == last);
  return text.substr(start, text.size() - last.size() - start);
}

AttemptFinished failed_with(std::vector<Failure> failures) {
  AttemptFinished attempt = sample_attempt(0, Status::failed);
  attempt.failures = std::move(failures);
  return attempt;
}

}  // namespace

TEST_CASE("AFailureTellsEverythingInTheOrderOfNeed") {
  AttemptFinished attempt = sample_attempt(0, Status::failed, 2);
  attempt.duration_ns = 1234 * kMs;
  attempt.failures = {sample_failure(), {}};
  attempt.failures[1].file = "services/orders/orders_page.hpp";
  attempt.failures[1].line = 9;
  attempt.failures[1].phase = "after_each";
  attempt.failures[1].message = "/status: expected \"paid\", got \"declined\"";
  attempt.exchanges = {ExchangeRecord{}, sample_exchange()};
  attempt.notes = {"order 17"};
  attempt.stdout_output = {"paying\nstill paying\n", "", 20};
  attempt.stderr_output = {"oops", "", 4};
  attempt.leaked = {"sleep 60 (pid 123)"};
  CHECK(failure_text(kTest, attempt, {}) ==
        R"(FAIL orders::02_payment::pays_by_card   [1.2 s, worker 2, attempt 2/3]
  services/orders/modules/02_payment.cpp:88
  assert_status(response, 201)        actual: 500 Internal Server Error   expected: 201 Created
  services/orders/orders_page.hpp:9  in after_each
  /status: expected "paid", got "declined"
  POST http://127.0.0.1:8083/orders    wait 412 ms · total 425 ms
  > authorization: ***  content-type: application/json   {"card":"***"}
  < 500  content-type: application/json   {"error":"card_declined"}
  curl -X POST http://127.0.0.1:8083/orders -H 'Authorization: ***' -H 'Content-Type: application/json' -H 'User-Agent: e2e' --data-raw '{"card":"***"}'
  note: order 17
  stdout (20 B):
    paying
    still paying
  stderr (4 B):
    oops
  left behind: sleep 60 (pid 123)
  again: e2e-host run orders::02_payment::pays_by_card
)");
}

TEST_CASE("ATestWithOneAttemptDoesNotCountThem") {
  const TestInfo once = sample_test("a::b::c");
  CHECK(attempt_facts(once, 1, 7, 12 * kMs) == "12 ms, worker 7");
  CHECK(attempt_facts(once, 2, 7, 12 * kMs) == "12 ms, worker 7, attempt 2");
  CHECK(attempt_facts(kTest, 1, 7, 12 * kMs) == "12 ms, worker 7, attempt 1/3");
}

TEST_CASE("WaitingForARateLimitIsShown") {
  const TestInfo once = sample_test("a::b::c");
  CHECK(attempt_facts(once, 1, 7, 2000 * kMs, 1200 * kMs) ==
        "2.0 s, worker 7, waited 1.2 s for the rate limit");
  AttemptFinished attempt;
  attempt.duration_ns = 2000 * kMs;
  CHECK(rate_limit_wait_ns(attempt) == 0);
  attempt.exchanges.resize(3);
  attempt.exchanges[0].blocked_ns = 300 * kMs;
  attempt.exchanges[2].blocked_ns = 900 * kMs;
  CHECK(rate_limit_wait_ns(attempt) == 1200 * kMs);
  // What no worker can have waited is not believed.
  attempt.exchanges[1].blocked_ns = std::numeric_limits<int64_t>::min();
  CHECK(rate_limit_wait_ns(attempt) == 1200 * kMs);
  attempt.exchanges[1].blocked_ns = std::numeric_limits<int64_t>::max();
  CHECK(rate_limit_wait_ns(attempt) == 2000 * kMs);
}

TEST_CASE("ValuesThatDoNotFitGetLinesOfTheirOwn") {
  CHECK(body_of(failed_with({sample_failure()}), 94) ==
        "  services/orders/modules/02_payment.cpp:88\n"
        "  assert_status(response, 201)\n"
        "    actual:   500 Internal Server Error\n"
        "    expected: 201 Created\n");
  CHECK(body_of(failed_with({sample_failure()}), 95) ==
        "  services/orders/modules/02_payment.cpp:88\n"
        "  assert_status(response, 201)        actual: 500 Internal Server Error   expected: 201 Created\n");
}

TEST_CASE("ValuesOfSeveralLinesAreIndented") {
  Failure failure;
  failure.expression = "body == text";
  failure.actual = "one\ntwo\r\n";
  failure.expected = "three";
  CHECK(body_of(failed_with({failure})) ==
        "  body == text\n"
        "    actual:\n"
        "      one\n"
        "      two\n"
        "    expected: three\n");
}

TEST_CASE("AHugeValueIsCut") {
  Failure failure;
  for (int i = 1; i <= 32; ++i) failure.actual += std::to_string(i) + "\n";
  const std::string text = body_of(failed_with({failure}));
  CHECK(text.find("      30\n      … 2 lines left out …\n") != std::string::npos);
  CHECK(text.find("31\n") == std::string::npos);
}

TEST_CASE("AnErrorHasItsOwnLabel") {
  AttemptFinished attempt = sample_attempt(0, Status::error);
  attempt.failures = {{}};
  attempt.failures[0].is_error = true;
  attempt.failures[0].phase = "before_all";
  attempt.failures[0].message = "std::runtime_error: no database";
  CHECK(failure_text(kTest, attempt, {}) ==
        "ERROR orders::02_payment::pays_by_card   [12 ms, worker 2, attempt 1/3]\n"
        "  in before_all\n"
        "  std::runtime_error: no database\n"
        "  again: e2e-host run orders::02_payment::pays_by_card\n");
}

TEST_CASE("ACrashTellsWhereItHappened") {
  AttemptFinished attempt = sample_attempt(0, Status::crashed);
  attempt.reason = "SIGSEGV at address 0x0 (null dereference)";
  attempt.crash = {{attempt.reason, "body", "log in", "POST http://127.0.0.1:1/login"}};
  CHECK(failure_text(kTest, attempt, {}) ==
        "CRASH orders::02_payment::pays_by_card   [12 ms, worker 2, attempt 1/3]\n"
        "  SIGSEGV at address 0x0 (null dereference)\n"
        "  in body\n"
        "  last step: log in\n"
        "  last request: POST http://127.0.0.1:1/login\n"
        "  services/orders/modules/02_payment.cpp:12\n"
        "  again: e2e-host run orders::02_payment::pays_by_card\n");
}

TEST_CASE("ATimeoutTellsTheStepsThatWereRunning") {
  AttemptFinished attempt = sample_attempt(0, Status::timed_out);
  attempt.reason = "body took longer than 1.5 s";
  attempt.steps = {{"pay", "", 0, 0, 0, -1}, {"enter card", "", 0, 1, 0, 5}, {"submit", "", 0, 1, 6, -1}};
  CHECK(failure_text(kTest, attempt, {}) ==
        "TIMEOUT orders::02_payment::pays_by_card   [12 ms, worker 2, attempt 1/3]\n"
        "  body took longer than 1.5 s\n"
        "  in step: pay > submit\n"
        "  services/orders/modules/02_payment.cpp:12\n"
        "  again: e2e-host run orders::02_payment::pays_by_card\n");
}

TEST_CASE("AnExchangeWithoutAnswerSaysWhy") {
  AttemptFinished attempt = failed_with({{}});
  ExchangeRecord exchange;
  exchange.method = "GET";
  exchange.url = "http://127.0.0.1:1/";
  exchange.error = "connection refused";
  exchange.blocked_ns = 2000 * kMs;
  exchange.total_ns = kMs;
  attempt.exchanges = {exchange};
  CHECK(body_of(attempt) ==
        "  GET http://127.0.0.1:1/    rate limit 2.0 s · total 1 ms\n"
        "  < no answer: connection refused\n"
        "  curl http://127.0.0.1:1/\n");
}

TEST_CASE("BodiesAreShownFlatAndCut") {
  AttemptFinished attempt = failed_with({{}});
  ExchangeRecord exchange = sample_exchange();
  exchange.request_headers.clear();
  exchange.request_body = "{\n  \"a\": 1,\r\n\t\"b\": 2\n}\n";
  exchange.request_body_size = exchange.request_body.size();
  exchange.response_body = std::string(300, 'x');
  exchange.response_body_size = 1 << 20;
  attempt.exchanges = {exchange};
  const std::string text = body_of(attempt);
  CHECK(text.find("  > { \"a\": 1, \"b\": 2 }\n") != std::string::npos);
  CHECK(text.find("  < 500  content-type: application/json   " + std::string(199, 'x') + "… (1.0 MiB)\n") !=
        std::string::npos);
}

TEST_CASE("ARequestBodyThatWasCutIsExplained") {
  AttemptFinished attempt = failed_with({{}});
  attempt.exchanges = {sample_exchange()};
  attempt.exchanges[0].request_body_size = 50 << 10;
  CHECK(body_of(attempt).find(
            " --data-binary @request-body\n"
            "    (request-body: all 50.0 KiB that were sent; the run keeps the first 16.0 KiB)\n") !=
        std::string::npos);
}

TEST_CASE("LongOutputKeepsItsEnds") {
  AttemptFinished attempt = failed_with({{}});
  std::string& head = attempt.stdout_output.head;
  for (int i = 1; i <= 31; ++i) head += "line " + std::to_string(i) + "\n";
  attempt.stdout_output.total_bytes = head.size();
  std::string expected = "  stdout (239 B):\n";
  for (int i = 1; i <= 10; ++i) expected += "    line " + std::to_string(i) + "\n";
  expected += "    … 8 B left out …\n";
  for (int i = 12; i <= 31; ++i) expected += "    line " + std::to_string(i) + "\n";
  CHECK(body_of(attempt) == expected);
}

TEST_CASE("OutputThatFitsIsShownWhole") {
  AttemptFinished attempt = failed_with({{}});
  for (int i = 1; i <= 30; ++i) attempt.stdout_output.head += std::to_string(i) + "\n";
  attempt.stdout_output.tail = "";
  attempt.stdout_output.total_bytes = attempt.stdout_output.head.size();
  CHECK(body_of(attempt).find("left out") == std::string::npos);
  CHECK(body_of(attempt).find("    1\n    2\n") != std::string::npos);
  CHECK(body_of(attempt).find("    30\n") != std::string::npos);
}

TEST_CASE("HeadAndTailWithoutAGapAreOneText") {
  AttemptFinished attempt = failed_with({{}});
  attempt.stderr_output = {"caf\xC3", "\xA9 au lait\n", 13};
  CHECK(body_of(attempt) == "  stderr (13 B):\n    café au lait\n");
}

TEST_CASE("AGapInTheOutputIsMarked") {
  AttemptFinished attempt = failed_with({{}});
  attempt.stdout_output = {"first\n", "last\n", 6 + 5 + 2048, "", 2048};
  CHECK(body_of(attempt) == "  stdout (2.0 KiB):\n    first\n    … 2.0 KiB left out …\n    last\n");
  attempt.stdout_output.file = "out/1.txt";
  CHECK(body_of(attempt).find("    … 2.0 KiB left out, all of it is in out/1.txt …\n") != std::string::npos);
}

TEST_CASE("AFixtureThatFailedNamesItsService") {
  FixtureFailed fixture{"orders", "after_all", 1, {sample_failure()}, "rows were left"};
  fixture.failures[0].phase = "after_all";
  CHECK(failure_text(fixture, {}) ==
        "FAIL orders after_all   [slot 1]\n"
        "  services/orders/modules/02_payment.cpp:88  in after_all\n"
        "  assert_status(response, 201)        actual: 500 Internal Server Error   expected: 201 Created\n"
        "  rows were left\n"
        "  again: e2e-host run --service orders\n");
}

TEST_CASE("TheCauseIsTheFirstThingThatWentWrong") {
  AttemptFinished attempt = failed_with({{}, sample_failure()});
  CHECK(cause_line(attempt) == "assert_status(response, 201)   actual: 500 Internal Server Error");
  attempt.failures[1].message = "\n  \nno order\nnor payment";
  CHECK(cause_line(attempt) == "assert_status(response, 201)   no order");
  attempt.reason = "took too long";
  CHECK(cause_line(attempt) == "took too long");
  attempt.crash = {{"SIGSEGV", "", "", ""}};
  CHECK(cause_line(attempt) == "SIGSEGV");
  CHECK(cause_line(AttemptFinished{}).empty());
}

TEST_CASE("ColorIsAddedOnlyWhereAskedFor") {
  const AttemptFinished attempt = failed_with({sample_failure()});
  CHECK(failure_text(kTest, attempt, {}).find('\x1b') == std::string::npos);
  CHECK(failure_text(kTest, attempt, {Ink(true), 100}).rfind("\x1b[31mFAIL\x1b[0m \x1b[1morders::", 0) == 0);
}

TEST_CASE("TheExchangeBeforeTheFailureIsShownNotALaterOne") {
  AttemptFinished attempt = failed_with({sample_failure()});
  attempt.failures[0].exchanges_before = 1;
  attempt.exchanges = {sample_exchange(), ExchangeRecord{}};
  attempt.exchanges[1].phase = "body";
  attempt.exchanges[1].url = "http://127.0.0.1:8083/later";
  CHECK(body_of(attempt).find("8083/orders ") != std::string::npos);
  CHECK(body_of(attempt).find("/later") == std::string::npos);
}

TEST_CASE("AnExchangeOfTheCleanupIsNotShownForATimeout") {
  AttemptFinished attempt = sample_attempt(0, Status::timed_out);
  attempt.exchanges = {sample_exchange(), ExchangeRecord{}};
  attempt.exchanges[0].phase = "body";
  attempt.exchanges[1].phase = "cleanup";
  attempt.exchanges[1].url = "http://127.0.0.1:8083/cleaned";
  CHECK(body_of(attempt).find("8083/orders ") != std::string::npos);
  CHECK(body_of(attempt).find("/cleaned") == std::string::npos);
}

TEST_CASE("AMessageDoesNotRepeatTheExchangeThatIsShown") {
  const TestInfo test = sample_run({"s::m::n"}).tests[0];
  AttemptFinished attempt = sample_attempt(0, Status::failed);
  attempt.exchanges = {sample_exchange(), sample_exchange()};
  attempt.exchanges[1].url += "/2";
  Failure failure;
  failure.expression = "a == b";
  failure.exchanges_before = 1;
  failure.message = "POST " + attempt.exchanges[0].url + " -> 500\nit is not";
  attempt.failures = {failure, failure};
  CHECK(cause_line(attempt) == "a == b   it is not");
  std::string text = failure_text(test, attempt, TextLayout());
  CHECK(text.find(" -> 500") == text.npos);
  CHECK(text.find("  it is not\n") != text.npos);
  // Another one's is not shown below.
  attempt.failures[1].exchanges_before = 2;
  attempt.failures[1].message = "POST " + attempt.exchanges[1].url + " -> 500";
  text = failure_text(test, attempt, TextLayout());
  CHECK(text.find("/2 -> 500") != text.npos);
}
