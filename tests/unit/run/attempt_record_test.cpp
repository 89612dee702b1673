#include "run/attempt_record.hpp"

#include <e2e/ext/report.h>

#include <string>

#include "e2e_catch.hpp"
#include "worker/exchange_codec.hpp"

using namespace e2e::host;

namespace {

/// A record of test 3, attempt 2, that began 1 us after the run.
AttemptRecord begun() {
  AttemptRecord record;
  record.begin(3, 2, 5'000, 4'000);
  return record;
}

bool take(AttemptRecord& record, WorkerReport type, const ByteWriter& payload) {
  ByteReader in(payload.bytes());
  return record.take(type, in);
}

ByteWriter failure(uint32_t flags, uint32_t phase) {
  ByteWriter out;
  out.put(flags).put(phase).put("test.cpp").put(uint32_t{12});
  out.put("a == b").put("why").put("1").put("2");
  return out;
}

void begin_step(AttemptRecord& record, const std::string& title, int64_t ns, const std::string& file = "") {
  CHECK(take(record, WorkerReport::step_begin, ByteWriter().put(title).put(file).put(uint32_t{7}).put(ns)));
}
void end_step(AttemptRecord& record, int64_t ns) {
  CHECK(take(record, WorkerReport::step_end, ByteWriter().put(ns)));
}

ByteWriter exchange(int status, const std::string& error = "") {
  Exchange made;
  made.method = "POST";
  made.url = "http://127.0.0.1/users";
  made.status = status;
  made.error = error;
  made.request_headers = {{"accept", "*/*"}};
  made.response_headers = {{"a", "1"}, {"a", "2"}};
  made.request_body = "{}";
  made.request_body_bytes = 2;
  made.response_body = "cut";
  made.response_body_bytes = 1'000'000;
  made.timings = {1, 2, 3, 4, 5, 6, 7, 28};
  ByteWriter out;
  encode_exchange(out, made, E2E_PHASE_BODY, 99);
  return out;
}

}  // namespace

TEST_CASE("RecordKnowsWhoseItIsAndHowLongItTook", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(record.is_open());
  CHECK(record.test() == 3);
  CHECK(record.attempt() == 2);
  const AttemptFinished facts = record.end(5'700);
  CHECK_FALSE(record.is_open());
  CHECK(facts.test == 3);
  CHECK(facts.attempt == 2);
  CHECK(facts.start_ns == 1'000);
  CHECK(facts.duration_ns == 700);
  CHECK(facts.notes.empty());
}

TEST_CASE("FailureIsTakenWithItsKindAndPhase", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(take(record, WorkerReport::failure, failure(0, E2E_PHASE_BODY)));
  CHECK(take(record, WorkerReport::failure, failure(E2E_FAILURE_SOFT, E2E_PHASE_BEFORE_EACH)));
  CHECK(take(record, WorkerReport::failure, failure(E2E_FAILURE_ERROR, 4'000'000)));
  const auto failures = record.end(0).failures;
  REQUIRE(failures.size() == 3);
  CHECK((!failures[0].is_soft && !failures[0].is_error));
  CHECK((failures[1].is_soft && !failures[1].is_error));
  CHECK((!failures[2].is_soft && failures[2].is_error));
  CHECK(failures[0].phase == "body");
  CHECK(failures[1].phase == "before_each");
  CHECK(failures[2].phase == "?");
  CHECK(failures[0].file == "test.cpp");
  CHECK(failures[0].line == 12);
  CHECK(failures[0].expression == "a == b");
  CHECK(failures[0].message == "why");
  CHECK(failures[0].expected == "1");
  CHECK(failures[0].actual == "2");
}

TEST_CASE("SkipNotesAndLeaksAreTaken", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(take(record, WorkerReport::skip, ByteWriter().put("not today").put("a.cpp").put(uint32_t{1})));
  CHECK(take(record, WorkerReport::note, ByteWriter().put("noted")));
  CHECK(take(record, WorkerReport::leaked, ByteWriter().put("sleep 60 (pid 7)")));
  const AttemptFinished facts = record.end(0);
  CHECK(facts.reason == "not today");
  CHECK(facts.notes == std::vector<std::string>{"noted"});
  CHECK(facts.leaked == std::vector<std::string>{"sleep 60 (pid 7)"});
}

TEST_CASE("ExchangeComesThroughWhole", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(record.last_request().empty());
  CHECK(take(record, WorkerReport::exchange, exchange(201)));
  CHECK(record.last_request() == "POST http://127.0.0.1/users -> 201");
  const AttemptFinished facts = record.end(0);
  REQUIRE(facts.exchanges.size() == 1);
  const ExchangeRecord& taken = facts.exchanges[0];
  CHECK(taken.method == "POST");
  CHECK(taken.url == "http://127.0.0.1/users");
  CHECK(taken.status == 201);
  CHECK(taken.request_headers.size() == 1);
  CHECK(taken.response_headers[1].second == "2");
  CHECK(taken.request_body == "{}");
  CHECK(taken.request_body_size == 2);
  CHECK(taken.response_body == "cut");
  CHECK(taken.response_body_size == 1'000'000);
  CHECK(taken.start_ns == 99);
  CHECK(taken.blocked_ns == 1);
  CHECK(taken.dns_ns == 2);
  CHECK(taken.connect_ns == 3);
  CHECK(taken.tls_ns == 4);
  CHECK(taken.send_ns == 5);
  CHECK(taken.wait_ns == 6);
  CHECK(taken.receive_ns == 7);
  CHECK(taken.total_ns == 28);
}

TEST_CASE("AWholeBodyFindsItsExchangeAndIsBounded", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(record.exchange_with_room_for(0, 1) == nullptr);
  CHECK(take(record, WorkerReport::exchange, exchange(201)));
  CHECK(take(record, WorkerReport::exchange, exchange(404)));
  REQUIRE(record.exchange_with_room_for(1, 1) != nullptr);
  CHECK(record.exchange_with_room_for(1, 1)->status == 404);
  CHECK(record.exchange_with_room_for(2, 1) == nullptr);
  CHECK(record.exchange_with_room_for(0, AttemptRecord::max_body_bytes - 1) == nullptr);
  CHECK(record.exchange_with_room_for(0, AttemptRecord::max_body_bytes - 2) != nullptr);
  CHECK(record.exchange_with_room_for(0, 1) == nullptr);
}

TEST_CASE("RequestWithoutAnAnswerSaysWhy", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(take(record, WorkerReport::exchange, exchange(0, "connection refused")));
  CHECK(record.last_request() == "POST http://127.0.0.1/users -> connection refused");
}

TEST_CASE("StepsNest", "[attempt_record]") {
  AttemptRecord record = begun();
  CHECK(record.last_step().empty());
  begin_step(record, "outer", 10, "steps.cpp");
  begin_step(record, "inner", 20);
  CHECK(record.last_step() == "inner");
  end_step(record, 50);
  CHECK(record.last_step() == "outer (steps.cpp:7)");
  end_step(record, 60);
  CHECK(record.last_step() == "inner");
  begin_step(record, "open", 70);
  const auto steps = record.end(0).steps;
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].depth == 0);
  CHECK(steps[0].duration_ns == 50);
  CHECK(steps[1].depth == 1);
  CHECK(steps[1].start_ns == 20);
  CHECK(steps[1].duration_ns == 30);
  CHECK(steps[2].depth == 0);
  CHECK(steps[2].duration_ns == -1);
}

TEST_CASE("TimesThatCannotBeAreNone", "[attempt_record]") {
  AttemptRecord record;
  record.begin(0, 1, 2'000, 1'000);
  begin_step(record, "late", 10);
  end_step(record, std::numeric_limits<int64_t>::min());
  begin_step(record, "for ever", std::numeric_limits<int64_t>::min());
  end_step(record, std::numeric_limits<int64_t>::max());
  const AttemptFinished facts = record.end(std::numeric_limits<int64_t>::min());
  CHECK(facts.start_ns == 1'000);
  CHECK(facts.duration_ns == 0);
  CHECK(facts.steps.at(0).duration_ns == 0);
  CHECK(facts.steps.at(1).duration_ns == 0);
}

TEST_CASE("EndWithoutABeginningIsPassedOver", "[attempt_record]") {
  AttemptRecord record = begun();
  end_step(record, 5);
  begin_step(record, "step", 10);
  end_step(record, 20);
  end_step(record, 30);
  const auto steps = record.end(0).steps;
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].duration_ns == 10);
}

TEST_CASE("EachKindIsBoundedAndWhatIsLeftOutIsCounted", "[attempt_record]") {
  AttemptRecord record = begun();
  const size_t more = 5;
  for (size_t i = 0; i < AttemptRecord::max_failures + more; ++i)
    take(record, WorkerReport::failure, failure(0, E2E_PHASE_BODY));
  for (size_t i = 0; i < AttemptRecord::max_notes + more; ++i)
    take(record, WorkerReport::note, ByteWriter().put("n"));
  for (size_t i = 0; i < AttemptRecord::max_exchanges + more; ++i)
    take(record, WorkerReport::exchange, exchange(200));
  for (size_t i = 0; i < AttemptRecord::max_leaks + more; ++i)
    take(record, WorkerReport::leaked, ByteWriter().put("l"));
  const AttemptFinished facts = record.end(0);
  CHECK(facts.failures.size() == AttemptRecord::max_failures);
  CHECK(facts.exchanges.size() == AttemptRecord::max_exchanges);
  CHECK(facts.leaked.size() == AttemptRecord::max_leaks);
  REQUIRE(facts.notes.size() == AttemptRecord::max_notes + 1);
  CHECK(facts.notes.back() == "20 more things were reported than are kept");
}

TEST_CASE("EndOfAStepThatWasLeftOutEndsNoOther", "[attempt_record]") {
  AttemptRecord record = begun();
  begin_step(record, "outer", 0);
  for (size_t i = 1; i < AttemptRecord::max_steps; ++i) {
    begin_step(record, "step", 10);
    end_step(record, 20);
  }
  begin_step(record, "left out", 30);
  begin_step(record, "left out too", 31);
  end_step(record, 32);
  end_step(record, 33);
  CHECK(record.last_step() == "outer");
  end_step(record, 40);
  const auto steps = record.end(0).steps;
  REQUIRE(steps.size() == AttemptRecord::max_steps);
  CHECK(steps.front().duration_ns == 40);
}

TEST_CASE("OtherReportsAreNotTaken", "[attempt_record]") {
  AttemptRecord record = begun();
  const auto type = GENERATE(WorkerReport::described, WorkerReport::attempt_started, WorkerReport::bye,
                             WorkerReport::metadata, static_cast<WorkerReport>(9999));
  CHECK_FALSE(take(record, type, ByteWriter()));
}

TEST_CASE("ReportThatEndsTooEarlyIsBad", "[attempt_record]") {
  const auto check_cuts = [](WorkerReport type, const ByteWriter& whole) {
    for (size_t size = 0; size < whole.bytes().size(); ++size) {
      AttemptRecord record = begun();
      ByteReader in(std::string_view(whole.bytes()).substr(0, size));
      CHECK_THROWS_AS(record.take(type, in), BadBytes);
    }
  };
  check_cuts(WorkerReport::failure, failure(0, E2E_PHASE_BODY));
  check_cuts(WorkerReport::step_begin, ByteWriter().put("t").put("f").put(uint32_t{1}).put(int64_t{1}));
  check_cuts(WorkerReport::step_end, ByteWriter().put(int64_t{1}));
  check_cuts(WorkerReport::note, ByteWriter().put("text"));
  check_cuts(WorkerReport::exchange, exchange(200));
}

TEST_CASE("NextAttemptStartsAfresh", "[attempt_record]") {
  AttemptRecord record = begun();
  begin_step(record, "open", 1);
  take(record, WorkerReport::failure, failure(0, E2E_PHASE_BODY));
  CHECK(record.take_failures().size() == 1);
  CHECK_FALSE(record.is_open());
  record.begin(4, 1, 0, 0);
  begin_step(record, "first", 1);
  const AttemptFinished facts = record.end(0);
  CHECK(facts.test == 4);
  CHECK(facts.failures.empty());
  REQUIRE(facts.steps.size() == 1);
  CHECK(facts.steps[0].depth == 0);
}
