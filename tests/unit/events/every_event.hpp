#pragma once

#include <string>
#include <vector>

#include "events/event.hpp"

namespace e2e::host {

/// A run that has an event of each kind, each with all its members and then with as few as it may have. Every
/// text ends in `text`.
inline std::vector<Event> every_event(const std::string& text) {
  RunStarted run;
  run.run_id = "id" + text;
  run.host_version = "0.1.0" + text;
  run.start_unix_ns = 1'700'000'000'000'000'001;
  run.workers = 4;
  run.is_parallel = true;
  run.mode = Mode::test;
  run.isolation = Isolation::none;
  run.shuffle_seed = 0;
  run.fail_on_flaky = true;
  run.environment = {"dev" + text, "Debian" + text, "6.1" + text, "x86_64" + text, 4, 8'000'000};
  TestInfo full{"s::m::n" + text,
                "s" + text,
                "m" + text,
                "n" + text,
                "m.cpp" + text,
                12,
                {"smoke" + text, "slow"},
                "high" + text,
                {"s::m::o" + text},
                1500,
                3};
  TestInfo bare;
  bare.id = "s::m::o" + text;
  run.tests = {full, bare};

  AttemptFinished attempt;
  attempt.attempt = 2;
  attempt.worker = 3;
  attempt.slot = 1;
  attempt.status = Status::crashed;
  attempt.start_ns = 100;
  attempt.duration_ns = 200;
  attempt.waited_ns = 50;
  attempt.reason = "died" + text;
  attempt.failures = {{true, true, "body" + text, "f.cpp" + text, 8, "a == b" + text, "differs" + text,
                       "1" + text, "2" + text, 1},
                      Failure{}};
  attempt.steps = {{"outer" + text, "f.cpp" + text, 3, 0, 1, 0}, {"inner", "", 0, 1, 2, -1}};
  ExchangeRecord exchange{"cleanup" + text,
                          "POST" + text,
                          "http://h/x" + text,
                          500,
                          "reset" + text,
                          {{"a" + text, "b" + text}},
                          {{"c" + text, "d" + text}, {"c", "e"}},
                          "in" + text,
                          "out" + text,
                          2,
                          9};
  exchange.start_ns = 1;
  exchange.blocked_ns = 2;
  exchange.dns_ns = 3;
  exchange.connect_ns = 4;
  exchange.tls_ns = 5;
  exchange.send_ns = 6;
  exchange.wait_ns = 7;
  exchange.receive_ns = 8;
  exchange.total_ns = 9;
  exchange.retry = 10;
  exchange.redirect = 11;
  exchange.http_version = "2" + text;
  exchange.body_sha256 = "abc" + text;
  exchange.curl_words = {"--cacert", text};
  const std::string hash(64, 'a');
  exchange.request_body_file = "attachments/" + hash + ".txt";
  exchange.response_body_file = "attachments/" + hash + ".json";
  attempt.exchanges = {exchange, {}};
  attempt.notes = {"n1" + text, "n2"};
  attempt.attachments = {{"page.png" + text, "image/png", 9, hash, "attachments/" + hash + ".png", 7, ""},
                         {"log", "x/y", 0, hash, "attachments/" + hash + ".bin", 0, ""}};
  attempt.leaked = {"sleep 60 (pid 123)" + text};
  attempt.stdout_output = {"head" + text, "tail" + text, 100, "out/1.txt" + text, 92};
  attempt.stderr_output = {"all" + text, "", 3, "", 0};
  attempt.crash = {{"SIGSEGV" + text, "body" + text, "inner" + text, "GET /" + text, "/core.1" + text}};
  attempt.stacks = {
      {7, "main" + text, {{"f()" + text, "f.cpp" + text, 3, "s.so" + text, 64, true}, {}}, "cut" + text}, {}};
  AttemptFinished bare_attempt;
  bare_attempt.test = 1;

  FixtureFailed fixture{"users" + text, "after_all" + text, 2, {{}}, "threw" + text};
  fixture.failures[0].message = "left rows" + text;
  fixture.stdout_output = attempt.stdout_output;
  fixture.stderr_output = attempt.stderr_output;
  fixture.stacks = attempt.stacks;

  std::vector<Event> events;
  const auto add = [&events](auto fact) {
    events.push_back({events.size() + 1, static_cast<int64_t>(events.size()) * 10, std::move(fact)});
  };
  add(run);
  add(ServiceStarted{"users" + text, -1, 99, 20001, "http://h" + text, "a b" + text, "/l" + text, 5});
  add(ServiceStarted{"users" + text, 2, 0, 0, "http://h", "", "", 5});
  add(WorkerStarted{3, 1, 99});
  add(AttemptStarted{0, 2, 3, 1});
  add(TestSlow{0, 2, 3, 1, 6});
  add(attempt);
  add(bare_attempt);
  add(TestFinished{0, Outcome::failed, 2, ""});
  add(TestFinished{1, Outcome::skipped, 1, "down" + text});
  add(WorkerExited{3, 1, "killed by SIGSEGV" + text, 10, 20, 30});
  add(fixture);
  add(Trouble{"no disk" + text});
  add(LogWritten{1, 2, "slow" + text});
  add(ServiceExited{"users" + text, 0, 99, "killed by SIGTERM" + text, true, 6, "/l" + text});
  add(ServiceExited{"users" + text, -1, 99, "exited with code 1", false, 6, ""});
  add(RunFinished{1, 2, 3, 4, 5, 6, 7, 130, "SIGINT" + text, true});
  return events;
}

}  // namespace e2e::host
