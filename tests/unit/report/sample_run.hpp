#pragma once

#include <string>
#include <utility>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

constexpr int64_t kMs = 1'000'000;

/// The test with the id `service::module::name`.
inline TestInfo sample_test(const std::string& id, uint32_t max_attempts = 1) {
  TestInfo test;
  const size_t first = id.find("::"), second = id.find("::", first + 2);
  test.id = id;
  test.service = id.substr(0, first);
  test.module = id.substr(first + 2, second - first - 2);
  test.name = id.substr(second + 2);
  test.file = "services/" + test.service + "/modules/" + test.module + ".cpp";
  test.line = 12;
  test.max_attempts = max_attempts;
  return test;
}

/// A run of these tests, on two workers.
inline RunStarted sample_run(const std::vector<std::string>& ids, uint32_t max_attempts = 1) {
  RunStarted run;
  run.workers = 2;
  run.is_parallel = true;
  for (const std::string& id : ids) run.tests.push_back(sample_test(id, max_attempts));
  return run;
}

inline AttemptFinished sample_attempt(uint32_t test, Status status, uint32_t attempt = 1) {
  AttemptFinished finished;
  finished.test = test;
  finished.attempt = attempt;
  finished.worker = 2;
  finished.slot = 1;
  finished.status = status;
  finished.duration_ns = 12 * kMs;
  return finished;
}

/// A failed assertion with both values.
inline Failure sample_failure() {
  Failure failure;
  failure.phase = "body";
  failure.file = "services/orders/modules/02_payment.cpp";
  failure.line = 88;
  failure.expression = "assert_status(response, 201)";
  failure.expected = "201 Created";
  failure.actual = "500 Internal Server Error";
  return failure;
}

inline ExchangeRecord sample_exchange() {
  ExchangeRecord exchange;
  exchange.method = "POST";
  exchange.url = "http://127.0.0.1:8083/orders";
  exchange.status = 500;
  exchange.request_headers = {
      {"Authorization", "***"}, {"Content-Type", "application/json"}, {"User-Agent", "e2e"}};
  exchange.request_body = R"({"card":"***"})";
  exchange.request_body_size = 31;
  exchange.response_headers = {{"Date", "today"}, {"Content-Type", "application/json"}};
  exchange.response_body = R"({"error":"card_declined"})";
  exchange.response_body_size = exchange.response_body.size();
  exchange.wait_ns = 412 * kMs;
  exchange.total_ns = 425 * kMs;
  return exchange;
}

}  // namespace e2e::host
