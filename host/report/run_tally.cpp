#include "report/run_tally.hpp"

#include <algorithm>
#include <utility>

#include "report/failure_text.hpp"

namespace e2e::host {

void OutcomeCounts::add(Outcome outcome) {
  switch (outcome) {
    case Outcome::passed:
      ++passed;
      return;
    case Outcome::failed:
      ++failed;
      return;
    case Outcome::flaky:
      ++flaky;
      return;
    case Outcome::skipped:
      ++skipped;
      return;
    case Outcome::not_run:
      ++not_run;
      return;
  }
}

void RunTally::on_event(const Event& event) {
  if (const auto* run = std::get_if<RunStarted>(&event.fact))
    start(*run);
  else if (const auto* started = std::get_if<AttemptStarted>(&event.fact))
    add(*started, event.time_ns);
  else if (const auto* slow = std::get_if<TestSlow>(&event.fact))
    add(*slow);
  else if (const auto* attempt = std::get_if<AttemptFinished>(&event.fact))
    add(*attempt);
  else if (const auto* test = std::get_if<TestFinished>(&event.fact))
    add(*test, event.time_ns);
  else if (const auto* fixture = std::get_if<FixtureFailed>(&event.fact))
    add(*fixture);
  else if (const auto* trouble = std::get_if<Trouble>(&event.fact))
    troubles_.push_back(trouble->text);
}

void RunTally::start(const RunStarted& run) {
  *this = RunTally();
  run_ = run;
  tests_.resize(run_.tests.size());
  for (size_t i = 0; i < tests_.size(); ++i) {
    tests_[i].service = service_index(run_.tests[i].service);
    ++services_[tests_[i].service].counts.tests;
  }
  counts_.tests = static_cast<uint32_t>(tests_.size());
}

size_t RunTally::service_index(const std::string& name) {
  // From the back: in canonical order a service's tests follow each other.
  const auto found = std::find_if(services_.rbegin(), services_.rend(),
                                  [&](const ServiceTally& service) { return service.name == name; });
  if (found != services_.rend()) return static_cast<size_t>(services_.rend() - found) - 1;
  services_.emplace_back().name = name;
  return services_.size() - 1;
}

void RunTally::add(const AttemptStarted& started, int64_t time_ns) {
  ServiceTally& service = services_[tests_.at(started.test).service];
  if (!service.first_start_ns) service.first_start_ns = time_ns;
  running_.push_back({started.test, started.attempt});
}

void RunTally::add(const TestSlow& slow) {
  std::vector<uint32_t>& known = tests_.at(slow.test).slow_attempts;
  if (known.empty() || known.back() != slow.attempt) known.push_back(slow.attempt);
}

void RunTally::add(const AttemptFinished& finished) {
  std::erase_if(running_, [&](const RunningAttempt& running) {
    return running.test == finished.test && running.attempt == finished.attempt;
  });
  TestTally& test = tests_.at(finished.test);
  test.attempt = finished.attempt;
  test.worker = finished.worker;
  test.duration_ns = finished.duration_ns;
  test.limited_ns = rate_limit_wait_ns(finished);
  test.status = finished.status;
  test.cause = is_bad(finished.status) ? cause_line(finished) : std::string();
}

void RunTally::add(const TestFinished& finished, int64_t time_ns) {
  TestTally& test = tests_.at(finished.test);
  test.outcome = finished.outcome;
  test.reason = finished.reason;
  ServiceTally& service = services_[test.service];
  service.counts.add(finished.outcome);
  service.last_finish_ns = time_ns;
  counts_.add(finished.outcome);
}

void RunTally::add(const FixtureFailed& failed) {
  ++services_[service_index(failed.service)].failed_fixtures;
  const auto place = std::upper_bound(failed_fixtures_.begin(), failed_fixtures_.end(), failed,
                                      [](const FixtureFailed& a, const FixtureFailed& b) {
                                        return std::pair(a.service, a.phase) < std::pair(b.service, b.phase);
                                      });
  failed_fixtures_.insert(place, failed);
}

}  // namespace e2e::host
