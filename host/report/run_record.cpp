#include "report/run_record.hpp"

#include <algorithm>

namespace e2e::host {

void RunRecord::on_event(const Event& event) {
  if (std::holds_alternative<RunStarted>(event.fact)) *this = RunRecord();
  tally_.on_event(event);
  end_ns_ = event.time_ns;
  if (std::holds_alternative<RunStarted>(event.fact)) {
    attempts_.resize(run().tests.size());
  } else if (const auto* attempt = std::get_if<AttemptFinished>(&event.fact)) {
    attempts_.at(attempt->test).push_back(*attempt);
  } else if (const auto* started = std::get_if<WorkerStarted>(&event.fact)) {
    workers_.push_back({started->worker, started->slot, started->pid, event.time_ns, {}, {}});
  } else if (const auto* exited = std::get_if<WorkerExited>(&event.fact)) {
    const auto worker = std::find_if(workers_.rbegin(), workers_.rend(),
                                     [&](const WorkerRecord& w) { return w.worker == exited->worker; });
    if (worker == workers_.rend()) return;
    worker->end_ns = event.time_ns;
    worker->exit = *exited;
  } else if (const auto* service = std::get_if<ServiceStarted>(&event.fact)) {
    services_.push_back({*service, std::nullopt});
  } else if (const auto* ended = std::get_if<ServiceExited>(&event.fact)) {
    const auto found = std::find_if(services_.rbegin(), services_.rend(), [&](const ServiceRecord& each) {
      return each.start.service == ended->service && each.start.slot == ended->slot && !each.exit;
    });
    if (found != services_.rend()) found->exit = *ended;
  } else if (const auto* finished = std::get_if<RunFinished>(&event.fact)) {
    finish_ = *finished;
  }
}

std::string RunRecord::reason(uint32_t test) const {
  const TestTally& tally = tally_.test(test);
  if (!tally.reason.empty() || has_passed(outcome(test))) return tally.reason;
  if (!attempts_.at(test).empty() && !attempts_[test].back().reason.empty())
    return attempts_[test].back().reason;
  if (outcome(test) != Outcome::not_run) return {};
  return finish_ && !finish_->stopped_by.empty() ? "stopped by " + finish_->stopped_by
                                                 : "the run ended before it";
}

int64_t RunRecord::duration_ns(uint32_t test) const {
  int64_t sum = 0;
  for (const AttemptFinished& attempt : attempts_.at(test)) sum += attempt.duration_ns;
  return sum;
}

}  // namespace e2e::host
