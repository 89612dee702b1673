// `rate_limit`: what the server sees of all workers together; Retry-After; what waiting means for a test.
#include <time.h>

#include <e2e_catch.hpp>
#include <iostream>
#include <set>

#include "arrival_server.hpp"
#include "host_run.hpp"

using namespace e2e_test;

namespace {

using Clock = ArrivalServer::Clock;
using std::chrono::duration;

/// The plugin `rates` against a server, with a `rate_limit` as written.
class RatesProject : public Project {
 public:
  RatesProject(const ArrivalServer& server, const std::string& rate_limit)
      : Project("services:\n  rates:\n    base_url: " + server.url() + "\n" +
                (rate_limit.empty() ? "" : "    rate_limit: " + rate_limit + "\n")) {}

  HostRun run(const std::string& name, std::vector<std::string> options,
              const std::map<std::string, std::string>& environment = {}) const {
    std::vector<std::string> arguments = {"run", "--plugins", test_plugin("rates.so").string(), name};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_host(*this, arguments, environment);
  }
};

std::vector<std::string> workers(const std::string& count, const std::string& isolation,
                                 const std::string& mode = "test") {
  return {"-j", count, "--parallel-mode", mode, "--isolation", isolation};
}

/// That the server never saw more than burst + rate * time of what was begun at `start`, whatever kept the
/// requests: each arrives after it was let go, and none was let go before the start.
void check_bound(const ArrivalServer& server, Clock::time_point start, double per_second, size_t burst) {
  const auto arrivals = server.arrivals();
  for (size_t i = burst; i < arrivals.size(); ++i) {
    INFO("request " << i + 1 << " of " << arrivals.size());
    REQUIRE(duration<double>(arrivals[i] - start).count() >= static_cast<double>(i + 1 - burst) / per_second);
  }
}

/// Of all exchanges of the run, in ns.
int64_t blocked(const HostRun& run) {
  int64_t total = 0;
  for (const auto& attempt : run.all("attempt_finished"))
    for (const auto& exchange : attempt.value("exchanges", nlohmann::json::array()))
      total += exchange.value("blocked_ns", int64_t{0});
  return total;
}

constexpr const char* isolations[] = {"process", "service", "none"};
constexpr const char* modes[] = {"service", "test"};

}  // namespace

TEST_CASE("WorkersTogetherKeepToTheLimit") {
  for (const char* isolation : isolations) {
    INFO(isolation);
    const ArrivalServer server;
    const RatesProject project(server, "{requests_per_second: 100, burst: 5}");
    const auto start = Clock::now();
    const HostRun run = project.run("01_senders", workers("8", isolation), {{"RATES_REQUESTS", "15"}});
    CHECK(run.exit_code == 0);
    CHECK(server.arrivals().size() == 8 * 15);
    check_bound(server, start, 100, 5);
    CHECK(blocked(run) > 0);
  }
}

TEST_CASE("UnitsOfAServiceTogetherKeepToItsLimit") {
  // In mode service all tests of a plugin are a unit: those of these two run beside each other.
  for (const char* isolation : isolations) {
    INFO(isolation);
    const ArrivalServer server;
    const RatesProject project(server, "{requests_per_second: 100, burst: 5}\n    plugins: [sender]");
    std::vector<std::string> options = workers("2", isolation, "service");
    options.insert(options.end(), {"06_more", "--plugins", test_plugin("sender.so")});
    const auto start = Clock::now();
    const HostRun run = project.run("01_senders", options, {{"RATES_REQUESTS", "10"}});
    INFO(run.out << run.err);
    CHECK(run.exit_code == 0);
    std::set<int> slots;
    for (const auto& started : run.all("attempt_started")) slots.insert(started["slot"].get<int>());
    CHECK(slots.size() == 2);
    CHECK(server.arrivals().size() == (8 + 3) * 10);
    check_bound(server, start, 100, 5);
    CHECK(blocked(run) > 0);
  }
}

TEST_CASE("WorkersThatDieLeaveTheLimitAsItIs") {
  for (const char* isolation : {"process", "service"}) {
    INFO(isolation);
    const ArrivalServer server;
    const RatesProject project(server, "100");
    const auto start = Clock::now();
    const HostRun run = project.run("02_aborters", workers("8", isolation));
    CHECK(run.exit_code == 1);
    for (const char* number : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
      CHECK(run.statuses(std::string("rates::02_aborters::sends_") + number) == "passed");
      CHECK(run.statuses(std::string("rates::02_aborters::aborts_") + number) == "crashed");
    }
    CHECK(server.arrivals().size() == 16 * 5);
    check_bound(server, start, 100, 1);
  }
}

TEST_CASE("LimitThatAPageClassAsksForHoldsInAllWorkers") {
  for (const char* isolation : isolations) {
    INFO(isolation);
    const ArrivalServer server;
    const RatesProject project(server, "");
    const auto start = Clock::now();
    const HostRun run = project.run("03_asks", workers("2", isolation), {{"RATES_PER_SECOND", "20"}});
    CHECK(run.exit_code == 0);
    CHECK(server.arrivals().size() == 11);
    check_bound(server, start, 20, 1);
    CHECK(blocked(run) > 0);
  }
}

TEST_CASE("ConfiguredLimitIsTheOneThatHolds") {
  // As the page class asks, the ten requests after the first would take most of three hours.
  for (const char* rate_limit : {"1000", "{enabled: false}"}) {
    INFO(rate_limit);
    const ArrivalServer server;
    const HostRun run = RatesProject(server, rate_limit)
                            .run("03_asks", workers("2", "process"), {{"RATES_PER_SECOND", "0.001"}});
    CHECK(run.exit_code == 0);
    CHECK(server.arrivals().size() == 11);
    if (std::string(rate_limit) == "{enabled: false}") CHECK(blocked(run) == 0);
  }
}

TEST_CASE("RetryAfterHoldsAllWorkersBack") {
  for (const char* isolation : isolations)
    for (const char* status : {"429 Too Many Requests", "503 Service Unavailable"}) {
      INFO(isolation << " " << status);
      const ArrivalServer server([status](size_t number) {
        if (number > 0) return std::string("HTTP/1.1 200 OK\r\n");
        return "HTTP/1.1 " + std::string(status) + "\r\nRetry-After: 1\r\n";
      });
      const HostRun run = RatesProject(server, "1000").run("04_too_many", workers("4", isolation));
      CHECK(run.exit_code == 0);
      const auto arrivals = server.arrivals();
      REQUIRE(arrivals.size() == 4);
      for (size_t i = 1; i < 4; ++i) CHECK(arrivals[i] - arrivals[0] >= std::chrono::seconds(1));
      // The test got the answer as it was.
      CHECK(run.last_attempt("rates::04_too_many::is_too_much")["exchanges"][0]["status"] ==
            std::atoi(status));
    }
}

TEST_CASE("RetryAfterMayBeADate") {
  std::chrono::system_clock::time_point until;
  const ArrivalServer server([&until](size_t number) {
    if (number > 0) return std::string("HTTP/1.1 200 OK\r\n");
    const time_t date = ::time(nullptr) + 2;
    until = std::chrono::system_clock::from_time_t(date);
    char text[64];
    tm parts{};
    ::gmtime_r(&date, &parts);
    ::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return "HTTP/1.1 429 Too Many Requests\r\nRetry-After: " + std::string(text) + "\r\n";
  });
  const HostRun run = RatesProject(server, "1000").run("04_too_many", workers("4", "process"));
  CHECK(run.exit_code == 0);
  const auto arrivals = server.arrivals();
  REQUIRE(arrivals.size() == 4);
  const auto since_arrival = Clock::now() - arrivals[1];
  CHECK(std::chrono::system_clock::now() - until >= since_arrival);
}

TEST_CASE("RetryAfterIsHeededOnlyWhereThereIsALimitAndOnlySoLong") {
  // An hour; where it is heeded at all, a tenth of a second of it.
  for (const char* rate_limit :
       {"", "{enabled: false}", "{requests_per_second: 1000, max_retry_after: 100}"}) {
    INFO(rate_limit);
    const ArrivalServer server([](size_t number) {
      if (number > 0) return std::string("HTTP/1.1 200 OK\r\n");
      return std::string("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\n");
    });
    const HostRun run = RatesProject(server, rate_limit).run("04_too_many", workers("4", "process"));
    CHECK(run.exit_code == 0);
    CHECK(server.arrivals().size() == 4);
  }
}

TEST_CASE("WaitingForATurnIsNotTheTestsTime") {
  for (const char* isolation : isolations)
    for (const char* mode : modes) {
      INFO(isolation << " " << mode);
      const ArrivalServer server;
      const RatesProject project(server, "0.8");
      const HostRun run =
          project.run("rates::05_deadlines::waits_longer_than_it_may_take", workers("1", isolation, mode));
      CHECK(run.exit_code == 0);
      const auto attempt = run.last_attempt("rates::05_deadlines::waits_longer_than_it_may_take");
      CHECK(attempt["status"] == "passed");
      CHECK_FALSE(attempt.contains("notes"));  // as there is under none of a deadline that has passed
      CHECK(attempt["duration_ns"].get<int64_t>() >= 2'500'000'000);
      CHECK(attempt["duration_ns"].get<int64_t>() - attempt["waited_ns"].get<int64_t>() < 2'000'000'000);
      CHECK(attempt["waited_ns"] == blocked(run));
    }
}

TEST_CASE("WaitingEndsWithTheRun") {
  for (const char* isolation : isolations) {
    INFO(isolation);
    const ArrivalServer server;
    const RatesProject project(server, "0.001");
    std::vector<std::string> options = workers("1", isolation);
    options.insert(options.end(), {"--run-timeout", "2000"});
    const HostRun run = project.run("rates::05_deadlines::waits_for_ever", options);
    CHECK(run.exit_code == 1);
    CHECK(run.statuses("rates::05_deadlines::waits_for_ever") == "timed_out");
    const auto attempt = run.last_attempt("rates::05_deadlines::waits_for_ever");
    CHECK(attempt["notes"] == nlohmann::json::array({"cleaned up"}));
    CHECK(server.arrivals().size() == 1);
  }
}

TEST_CASE("MoreWaitingThanMaxWaitIsTheTestsTime") {
  const ArrivalServer server;
  const RatesProject project(server, "{requests_per_second: 0.001, max_wait: 500}");
  std::vector<std::string> options = workers("1", "process");
  options.insert(options.end(), {"--timeout", "500"});
  const HostRun run = project.run("rates::05_deadlines::waits_for_ever", options);
  CHECK(run.exit_code == 1);
  const auto attempt = run.last_attempt("rates::05_deadlines::waits_for_ever");
  CHECK(attempt["status"] == "timed_out");
  CHECK(attempt["reason"] == "no end within 500 ms");
  CHECK(attempt["duration_ns"].get<int64_t>() >= 1'000'000'000);
}

// What tools/bench/rate.sh runs: prints a figure and asserts nothing of it.
TEST_CASE("Rate of 8 workers at 50 requests a second", "[.bench]") {
  for (const char* module : {"01_senders", "02_aborters"}) {
    const ArrivalServer server;
    const RatesProject project(server, "50");
    const bool is_killing = std::string(module) == "02_aborters";
    (void)project.run(module, workers("8", "process"), {{"RATES_REQUESTS", is_killing ? "20" : "40"}});
    const auto arrivals = server.arrivals();
    REQUIRE(arrivals.size() == 320);
    const double seconds = duration<double>(arrivals.back() - arrivals.front()).count();
    const double rate = static_cast<double>(arrivals.size() - 1) / seconds;
    std::cout << "8 workers" << (is_killing ? ", 8 of which die" : "") << ": " << rate
              << " requests a second, " << 100 * (rate / 50 - 1) << " % off 50\n";
  }
}
